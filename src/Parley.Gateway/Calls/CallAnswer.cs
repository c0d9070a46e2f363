using Microsoft.AspNetCore.Http;
using Parley.Gateway.Exchange;

namespace Parley.Gateway.Calls;

/// <summary>The whole answer of a call: either an error or a body.</summary>
/// <param name="Error">What went wrong; null when nothing did.</param>
/// <param name="Body">The body in the call's dialect; empty with an error.</param>
/// <param name="Headers">What the pipeline says of the call, for <see cref="CallHeaders.CopyTo"/>.</param>
internal sealed record CallAnswer(GatewayError? Error, ReadOnlyMemory<byte> Body, IHeaderDictionary Headers);
