using System.Text.Json;

namespace Parley.Simulator;

/// <summary>Tokens of a request: all of them, those before the last <c>cache_control</c>, and whether that one keeps them for an hour.</summary>
internal readonly record struct MessageInput(int Total, int Cacheable, bool ForAnHour)
{
    public MessageInput Plus(int tokens, JsonElement block) => block.Find("cache_control") is { } cache
        ? new MessageInput(Total + tokens, Total + tokens, cache.FindString("ttl") == "1h")
        : this with { Total = Total + tokens };
}
