namespace Parley.Load.Client;

/// <summary>One shape of plain load.</summary>
/// <param name="BodyKilobytes">Size of a request's body in units of 1,024 bytes.</param>
/// <param name="Concurrency">Connections, each with one request at a time.</param>
internal sealed record PlainShape(int BodyKilobytes, int Concurrency)
{
    public string Phase => $"{BodyKilobytes} KB, {Concurrency} at a time";
}
