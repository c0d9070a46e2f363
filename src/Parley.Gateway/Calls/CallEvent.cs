using Parley.Gateway.Exchange;

namespace Parley.Gateway.Calls;

/// <summary>One event of a streamed call. One with an error is the last; a stream that ends without one has ended as its dialect ends.</summary>
/// <param name="Data">The event's data, in the call's dialect: a JSON text, or <c>[DONE]</c>.</param>
/// <param name="Error">Why nothing more comes; null for an event.</param>
internal readonly record struct CallEvent(ReadOnlyMemory<byte> Data, GatewayError? Error);
