using Parley.Dialects.Json;

namespace Parley.Gateway.Wrapper;

/// <summary>One message of <c>POST /chat</c>.</summary>
/// <param name="Role"><c>system</c>, <c>developer</c>, <c>user</c> or <c>assistant</c>.</param>
/// <param name="Content">A string, or a list of parts as OpenAI has them.</param>
internal readonly record struct ChatMessage(JsonString Role, JsonValue Content)
{
    /// <summary>True when it tells the model what to be, whichever its role is called.</summary>
    internal bool IsInstruction => Role.Is("system"u8) || Role.Is("developer"u8);

    internal static bool IsRole(JsonString role) => role.Is("system"u8) || role.Is("developer"u8) || role.Is("user"u8) || role.Is("assistant"u8);
}
