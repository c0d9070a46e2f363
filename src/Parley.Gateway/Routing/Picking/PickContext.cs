namespace Parley.Gateway.Routing.Picking;

/// <summary>What a choice of one request goes by.</summary>
/// <param name="Now">Timestamp of the choice.</param>
/// <param name="PromptKey">Hash of the request's beginning (system text and tools) or of its <c>prompt_cache_key</c>; zero when the rule does not ask for it.</param>
internal readonly record struct PickContext(long Now, ulong PromptKey);
