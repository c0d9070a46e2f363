namespace Parley.Simulator;

/// <summary>Where a request goes. <paramref name="Name"/> is the deployment, the response's, the model's, the thread's or the file's id of the path.</summary>
internal sealed record Route(Vendor Vendor, Operation Operation, string? Name = null)
{
    /// <summary>What is named below it: the run of a thread.</summary>
    public string? Child { get; init; }
}
