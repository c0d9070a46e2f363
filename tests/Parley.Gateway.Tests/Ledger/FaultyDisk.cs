using Microsoft.Win32.SafeHandles;

namespace Parley.Gateway.Tests.Ledger;

/// <summary>A disk that can be full: a write then leaves half of its bytes behind, as a real one may, and fails.</summary>
internal sealed class FaultyDisk
{
    public volatile bool IsFull;

    public volatile ManualResetEventSlim? Gate;

    public volatile bool IsAtGate;

    public void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset)
    {
        if (Gate is { } gate)
        {
            IsAtGate = true;
            gate.Wait();
        }

        if (IsFull)
        {
            RandomAccess.Write(file, bytes[..(bytes.Length / 2)], offset);
            throw new IOException("No space left on device");
        }

        RandomAccess.Write(file, bytes, offset);
    }
}
