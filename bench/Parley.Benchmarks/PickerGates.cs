using Parley.Dialects;
using Parley.Dialects.Splicing;
using Parley.Gateway.Configuration;
using Parley.Gateway.Routing;

namespace Parley.Benchmarks;

/// <summary>Choosing a target allocates nothing, by any rule.</summary>
internal static class PickerGates
{
    internal static IEnumerable<AllocationGate> All
    {
        get
        {
            foreach (var rule in Enum.GetValues<PickRule>())
            {
                var pool = new PickerPool(rule);
                yield return new($"target among 30, {rule}", 0, () => pool.Choose());
            }

            foreach (var (name, body) in new[] { ("1 KB", Bodies.Small), ("131 KB, 400 messages", Bodies.Conversation) })
            {
                RequestEnvelope.Scan(body, out var envelope);
                yield return new($"prompt key, {name}", 0, () => PromptKey.Of(Dialect.OpenAIChat, body, in envelope));
            }
        }
    }
}
