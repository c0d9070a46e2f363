using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Parley.Simulator;

/// <summary>A vector of length one that follows from its input: equal inputs give equal vectors, others are nearly orthogonal.</summary>
internal static class UnitVector
{
    public static float[] Of(ReadOnlySpan<byte> input, int dimensions)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(input, digest);
        var state = BinaryPrimitives.ReadUInt64LittleEndian(digest) | 1;
        var vector = new float[dimensions];
        double squares = 0;
        for (var i = 0; i < dimensions; i++)
        {
            // xorshift64: spread evenly is all that is asked of it.
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            vector[i] = ((state >> 40) / (float)(1 << 24) * 2) - 1;
            squares += vector[i] * vector[i];
        }
        var length = Math.Sqrt(squares);
        for (var i = 0; i < dimensions; i++)
            vector[i] = (float)(vector[i] / length);
        return vector;
    }
}
