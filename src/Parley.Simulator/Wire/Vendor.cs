namespace Parley.Simulator;

/// <summary>Whom a request addresses; follows from its path alone.</summary>
internal enum Vendor
{
    OpenAI,
    Azure,
}
