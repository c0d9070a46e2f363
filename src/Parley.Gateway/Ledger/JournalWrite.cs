using Microsoft.Win32.SafeHandles;

namespace Parley.Gateway.Ledger;

/// <summary>Writes all bytes at the offset (<see cref="RandomAccess.Write(SafeFileHandle, ReadOnlySpan{byte}, long)"/>), or throws.</summary>
internal delegate void JournalWrite(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset);
