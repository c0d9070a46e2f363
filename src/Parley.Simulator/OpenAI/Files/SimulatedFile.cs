namespace Parley.Simulator;

/// <summary>A file that a simulator holds.</summary>
/// <param name="Id">Its id, which no other simulator of this process gives.</param>
/// <param name="Purpose">What it was uploaded for.</param>
/// <param name="Name">The file name of the upload.</param>
/// <param name="Length">Its bytes, those that are not kept included.</param>
/// <param name="Sha256">The hash of all of them, in lower-case hexadecimal digits.</param>
public sealed record SimulatedFile(string Id, string Purpose, string Name, long Length, string Sha256);
