using System.Buffers.Binary;

namespace Parley.Simulator;

/// <summary>Valid sound files that hold nothing but silence: some milliseconds of it for each word.</summary>
internal static class Silence
{
    private const int SampleRate = 24_000;
    private const int BytesPerWord = 960; // 20 ms of 16-bit samples
    private const int FrameBytes = 417;

    /// <summary>Raw samples: 24 kHz, 16 bit, one channel.</summary>
    public static byte[] Pcm(int words) => new byte[BytesPerWord * words];

    /// <summary>The same with a RIFF header.</summary>
    public static byte[] Wav(int words)
    {
        var samples = BytesPerWord * words;
        var wav = new byte[44 + samples];
        "RIFF"u8.CopyTo(wav);
        BinaryPrimitives.WriteInt32LittleEndian(wav.AsSpan(4), 36 + samples);
        "WAVEfmt "u8.CopyTo(wav.AsSpan(8));
        BinaryPrimitives.WriteInt32LittleEndian(wav.AsSpan(16), 16);
        BinaryPrimitives.WriteInt16LittleEndian(wav.AsSpan(20), 1);
        BinaryPrimitives.WriteInt16LittleEndian(wav.AsSpan(22), 1);
        BinaryPrimitives.WriteInt32LittleEndian(wav.AsSpan(24), SampleRate);
        BinaryPrimitives.WriteInt32LittleEndian(wav.AsSpan(28), SampleRate * 2);
        BinaryPrimitives.WriteInt16LittleEndian(wav.AsSpan(32), 2);
        BinaryPrimitives.WriteInt16LittleEndian(wav.AsSpan(34), 16);
        "data"u8.CopyTo(wav.AsSpan(36));
        BinaryPrimitives.WriteInt32LittleEndian(wav.AsSpan(40), samples);
        return wav;
    }

    /// <summary>One frame for each word: MPEG 1, layer III, 128 kbit/s, 44.1 kHz; side information of zeros is silence.</summary>
    public static byte[] Mp3(int words)
    {
        var mp3 = new byte[FrameBytes * words];
        for (var at = 0; at < mp3.Length; at += FrameBytes)
            ((ReadOnlySpan<byte>)[0xFF, 0xFB, 0x90, 0x00]).CopyTo(mp3.AsSpan(at));
        return mp3;
    }
}
