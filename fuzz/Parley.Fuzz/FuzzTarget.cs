namespace Parley.Fuzz;

/// <summary>Something that takes bytes from outside and must neither crash nor hang, whatever they are.</summary>
/// <param name="Name">What it is, for the report.</param>
/// <param name="Seeds">Inputs that are right, to start from.</param>
/// <param name="Run">Feeds one input. An exception that comes out is a finding.</param>
internal sealed record FuzzTarget(string Name, IReadOnlyList<byte[]> Seeds, Action<byte[]> Run);
