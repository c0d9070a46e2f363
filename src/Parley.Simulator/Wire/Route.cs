namespace Parley.Simulator;

/// <summary>Where a request goes. <paramref name="Name"/> is the deployment, the response's id or the model's id of the path.</summary>
internal sealed record Route(Vendor Vendor, Operation Operation, string? Name = null);
