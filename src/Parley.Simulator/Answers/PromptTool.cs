using System.Text.Json;

namespace Parley.Simulator;

internal sealed record PromptTool(string Name, JsonElement? Parameters);
