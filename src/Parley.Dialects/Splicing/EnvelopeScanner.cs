namespace Parley.Dialects.Splicing;

internal static class EnvelopeScanner
{
    internal static EnvelopeFault Scan(ReadOnlySpan<byte> body, ref RequestEnvelope envelope) => throw new NotImplementedException();
}
