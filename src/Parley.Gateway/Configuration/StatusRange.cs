namespace Parley.Gateway.Configuration;

/// <summary>HTTP statuses from one to another, both included.</summary>
/// <param name="From">The lowest.</param>
/// <param name="To">The highest.</param>
public readonly record struct StatusRange(int From, int To)
{
    /// <summary>True when the status lies in it.</summary>
    public bool Contains(int status) => status >= From && status <= To;
}
