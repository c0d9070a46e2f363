using System.Security.Cryptography;

namespace Parley.Gateway.Routing;

/// <summary>The source of randomness that picks targets.</summary>
internal static class RandomShare
{
    /// <summary>A number from 0 up to, but not including, 1.</summary>
    internal static double Next() => RandomNumberGenerator.GetInt32(1 << 30) / (double)(1 << 30);
}
