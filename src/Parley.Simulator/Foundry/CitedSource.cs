namespace Parley.Simulator;

/// <summary>A page (address and title) or a file (id and quote) that an agent cites.</summary>
internal sealed record CitedSource(string Label, string Title, string? Url = null, string? FileId = null, string? Quote = null);
