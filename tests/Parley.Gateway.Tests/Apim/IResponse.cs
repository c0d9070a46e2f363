namespace Parley.Gateway.Tests.Apim;

/// <summary>What <c>send-request</c> stores.</summary>
internal interface IResponse
{
    /// <summary>The status.</summary>
    int StatusCode { get; }
}
