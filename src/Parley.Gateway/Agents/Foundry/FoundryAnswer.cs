using Parley.Dialects.Json;
using Parley.Gateway.Exchange;

namespace Parley.Gateway.Agents.Foundry;

/// <summary>The answer of one call, or one event of a streamed one.</summary>
/// <param name="Error">Why there is none; null when there is one.</param>
/// <param name="Body">The JSON; none with an error.</param>
/// <param name="Name">An event's name.</param>
internal readonly record struct FoundryAnswer(GatewayError? Error, JsonValue Body, string Name = "");
