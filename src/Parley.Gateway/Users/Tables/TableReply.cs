using System.Text.Json;

namespace Parley.Gateway.Users.Tables;

/// <summary>What the table answered.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">Azure's word for a refusal, such as <c>TableNotFound</c>; null when it sent none.</param>
/// <param name="ETag">Opaque.</param>
/// <param name="Entity">The row, where one was asked for and is there.</param>
/// <param name="WasRetried">True when an earlier try may have been carried out although its answer was lost.</param>
internal sealed record TableReply(int Status, string? Code, string? ETag, JsonElement? Entity, bool WasRetried)
{
    public bool Succeeded => Status is >= 200 and < 300;
}
