namespace Parley.Benchmarks;

/// <summary>Every gate there is. A feature adds its own list here.</summary>
internal static class AllocationGates
{
    // One after the other, never a list: the last ones run servers for as long as they are measured.
    internal static IEnumerable<AllocationGate> All =>
        EnvelopeGates.All.Concat(PickerGates.All).Concat(StreamGates.All).Concat(TranslationGates.All).Concat(ReplyGates.All).Concat(GatewayGates.All);
}
