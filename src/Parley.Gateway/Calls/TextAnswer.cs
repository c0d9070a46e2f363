using Microsoft.AspNetCore.Http;
using Parley.Dialects.Conversations;
using Parley.Gateway.Exchange;

namespace Parley.Gateway.Calls;

/// <summary>The answer of a call as text.</summary>
/// <param name="Error">What went wrong; null when nothing did.</param>
/// <param name="Text">The text of the first choice, or the model's refusal in its own words; empty with an error.</param>
/// <param name="Finish">Why the answer ended.</param>
/// <param name="Headers">What the pipeline says of the call, for <see cref="CallHeaders.CopyTo"/>.</param>
internal sealed record TextAnswer(GatewayError? Error, string Text, FinishReason Finish, IHeaderDictionary Headers);
