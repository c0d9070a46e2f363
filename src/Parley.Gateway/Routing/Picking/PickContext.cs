namespace Parley.Gateway.Routing.Picking;

/// <summary>What a choice of one request goes by.</summary>
/// <param name="Now">Timestamp of the choice.</param>
/// <param name="PromptKey">Hash of the request's beginning (system text and tools) or of its <c>prompt_cache_key</c>; zero when the rule does not ask for it.</param>
/// <param name="CallerKey">Hash of what keeps the caller on its target (a header's value, its key); zero for no such affinity.</param>
internal readonly record struct PickContext(long Now, ulong PromptKey, ulong CallerKey = 0);
