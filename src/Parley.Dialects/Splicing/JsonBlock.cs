using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Parley.Dialects.Splicing;

/// <summary>
/// Sixty-four bytes of JSON, seen as bitmaps: bit i says whether byte i is of a kind. Uses the widest vectors the processor has;
/// the narrow path also runs where there are none.
/// </summary>
internal static class JsonBlock
{
    internal const int Size = 64;

    /// <summary>The bitmaps that every block needs: quotes, backslashes and control characters (below 0x20).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Text(ref byte block, out ulong quotes, out ulong backslashes, out ulong controls)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            var v = Vector512.LoadUnsafe(ref block);
            quotes = Vector512.Equals(v, Vector512.Create((byte)'"')).ExtractMostSignificantBits();
            backslashes = Vector512.Equals(v, Vector512.Create((byte)'\\')).ExtractMostSignificantBits();
            controls = Vector512.LessThan(v, Vector512.Create((byte)0x20)).ExtractMostSignificantBits();
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            Text256(ref block, out quotes, out backslashes, out controls);
        }
        else
        {
            Text128(ref block, out quotes, out backslashes, out controls);
        }
    }

    /// <summary>
    /// The bitmaps that only a block with something outside strings needs: <c>{}[]:,</c> and JSON's four white-space characters.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Structure(ref byte block, out ulong structurals, out ulong spaces)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            var v = Vector512.LoadUnsafe(ref block);
            var folded = v | Vector512.Create((byte)0x20); // [ and { differ in this bit only, so do ] and }
            var braces = Vector512.Equals(folded, Vector512.Create((byte)'{')) | Vector512.Equals(folded, Vector512.Create((byte)'}'));
            var separators = Vector512.Equals(v, Vector512.Create((byte)':')) | Vector512.Equals(v, Vector512.Create((byte)','));
            var blanks = Vector512.Equals(v, Vector512.Create((byte)' ')) | Vector512.Equals(v, Vector512.Create((byte)'\t'));
            var ends = Vector512.Equals(v, Vector512.Create((byte)'\n')) | Vector512.Equals(v, Vector512.Create((byte)'\r'));
            structurals = (braces | separators).ExtractMostSignificantBits();
            spaces = (blanks | ends).ExtractMostSignificantBits();
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            Structure256(ref block, out structurals, out spaces);
        }
        else
        {
            Structure128(ref block, out structurals, out spaces);
        }
    }

    /// <summary>The bitmap of one character.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong Of(ref byte block, byte character)
    {
        if (Vector512.IsHardwareAccelerated)
            return Vector512.Equals(Vector512.LoadUnsafe(ref block), Vector512.Create(character)).ExtractMostSignificantBits();
        ulong found = 0;
        for (var i = 0; i < Size; i += Vector128<byte>.Count)
        {
            var v = Vector128.LoadUnsafe(ref block, (nuint)i);
            found |= (ulong)Vector128.Equals(v, Vector128.Create(character)).ExtractMostSignificantBits() << i;
        }

        return found;
    }

    /// <summary>Every bit becomes the parity of itself and all lower ones: set from an opening quote to before its closing one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong PrefixXor(ulong bits)
    {
        if (Pclmulqdq.IsSupported)
            return Pclmulqdq.CarrylessMultiply(Vector128.CreateScalar(bits), Vector128<ulong>.AllBitsSet, 0).ToScalar();
        return PrefixXorPortable(bits);
    }

    internal static ulong PrefixXorPortable(ulong bits)
    {
        bits ^= bits << 1;
        bits ^= bits << 2;
        bits ^= bits << 4;
        bits ^= bits << 8;
        bits ^= bits << 16;
        return bits ^ (bits << 32);
    }

    internal static void Text256(ref byte block, out ulong quotes, out ulong backslashes, out ulong controls)
    {
        quotes = backslashes = controls = 0;
        for (var i = 0; i < Size; i += Vector256<byte>.Count)
        {
            var v = Vector256.LoadUnsafe(ref block, (nuint)i);
            quotes |= (ulong)Vector256.Equals(v, Vector256.Create((byte)'"')).ExtractMostSignificantBits() << i;
            backslashes |= (ulong)Vector256.Equals(v, Vector256.Create((byte)'\\')).ExtractMostSignificantBits() << i;
            controls |= (ulong)Vector256.Equals(Vector256.Min(v, Vector256.Create((byte)0x1F)), v).ExtractMostSignificantBits() << i;
        }
    }

    internal static void Text128(ref byte block, out ulong quotes, out ulong backslashes, out ulong controls)
    {
        quotes = backslashes = controls = 0;
        for (var i = 0; i < Size; i += Vector128<byte>.Count)
        {
            var v = Vector128.LoadUnsafe(ref block, (nuint)i);
            quotes |= (ulong)Vector128.Equals(v, Vector128.Create((byte)'"')).ExtractMostSignificantBits() << i;
            backslashes |= (ulong)Vector128.Equals(v, Vector128.Create((byte)'\\')).ExtractMostSignificantBits() << i;
            controls |= (ulong)Vector128.Equals(Vector128.Min(v, Vector128.Create((byte)0x1F)), v).ExtractMostSignificantBits() << i;
        }
    }

    internal static void Structure256(ref byte block, out ulong structurals, out ulong spaces)
    {
        structurals = spaces = 0;
        for (var i = 0; i < Size; i += Vector256<byte>.Count)
        {
            var v = Vector256.LoadUnsafe(ref block, (nuint)i);
            var folded = v | Vector256.Create((byte)0x20);
            var braces = Vector256.Equals(folded, Vector256.Create((byte)'{')) | Vector256.Equals(folded, Vector256.Create((byte)'}'));
            var separators = Vector256.Equals(v, Vector256.Create((byte)':')) | Vector256.Equals(v, Vector256.Create((byte)','));
            var blanks = Vector256.Equals(v, Vector256.Create((byte)' ')) | Vector256.Equals(v, Vector256.Create((byte)'\t'));
            var ends = Vector256.Equals(v, Vector256.Create((byte)'\n')) | Vector256.Equals(v, Vector256.Create((byte)'\r'));
            structurals |= (ulong)(braces | separators).ExtractMostSignificantBits() << i;
            spaces |= (ulong)(blanks | ends).ExtractMostSignificantBits() << i;
        }
    }

    internal static void Structure128(ref byte block, out ulong structurals, out ulong spaces)
    {
        structurals = spaces = 0;
        for (var i = 0; i < Size; i += Vector128<byte>.Count)
        {
            var v = Vector128.LoadUnsafe(ref block, (nuint)i);
            var folded = v | Vector128.Create((byte)0x20);
            var braces = Vector128.Equals(folded, Vector128.Create((byte)'{')) | Vector128.Equals(folded, Vector128.Create((byte)'}'));
            var separators = Vector128.Equals(v, Vector128.Create((byte)':')) | Vector128.Equals(v, Vector128.Create((byte)','));
            var blanks = Vector128.Equals(v, Vector128.Create((byte)' ')) | Vector128.Equals(v, Vector128.Create((byte)'\t'));
            var ends = Vector128.Equals(v, Vector128.Create((byte)'\n')) | Vector128.Equals(v, Vector128.Create((byte)'\r'));
            structurals |= (ulong)(braces | separators).ExtractMostSignificantBits() << i;
            spaces |= (ulong)(blanks | ends).ExtractMostSignificantBits() << i;
        }
    }
}
