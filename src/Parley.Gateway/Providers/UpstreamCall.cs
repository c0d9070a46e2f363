using Parley.Dialects;

namespace Parley.Gateway.Providers;

/// <summary>What is asked of a provider: with the model it decides the address.</summary>
/// <param name="Dialect">The dialect it is asked in.</param>
/// <param name="IsStream">A stream is wanted; Gemini and Bedrock have an address of its own for it.</param>
/// <param name="IsCount">Only the tokens of the prompt are to be counted.</param>
/// <param name="Path">Which operation it is where the dialect does not say it (<see cref="Dialect.Opaque"/>).</param>
internal readonly record struct UpstreamCall(Dialect Dialect, bool IsStream, bool IsCount, OpaquePath Path = OpaquePath.None);
