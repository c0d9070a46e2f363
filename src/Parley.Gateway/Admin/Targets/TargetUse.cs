namespace Parley.Gateway.Admin.Targets;

/// <summary>A model of the catalogue that a target belongs to.</summary>
/// <param name="Model">The model's id.</param>
/// <param name="Index">The target's place among that model's targets as they are written: what an affinity cookie holds.</param>
/// <param name="Priority">Lower is tried first.</param>
/// <param name="Weight">Its share inside the priority.</param>
internal sealed record TargetUse(string Model, int Index, int Priority, int Weight);
