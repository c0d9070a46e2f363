namespace Parley.Simulator;

/// <summary>A response that was stored.</summary>
/// <param name="Body">The response as it was answered.</param>
/// <param name="LastUserText">What a next response that brings no user text of its own goes back to.</param>
/// <param name="Tokens">Input and output so far: the next response's input begins with them.</param>
internal sealed record StoredResponse(byte[] Body, string LastUserText, int Tokens);
