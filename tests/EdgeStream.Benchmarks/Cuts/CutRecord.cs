using System.Buffers.Binary;
using EdgeStream.Storage;

namespace EdgeStream.Benchmarks.Cuts;

/// <summary>
/// The records of a cut test: one counter over several logs, every byte of a record derived from its number.
/// </summary>
/// <remarks>
/// Number n lies in log (n - 1) mod <see cref="LogCount"/>, at sequence number (n - 1) / <see cref="LogCount"/> + 1:
/// a record that is missing, moved or swapped is seen from its place alone.
/// </remarks>
internal static class CutRecord
{
    /// <summary>How many logs share the counter, and the committer.</summary>
    public const int LogCount = 3;

    /// <summary>No record's value is longer.</summary>
    public const int ValueSizeBytesMax = 6000;

    private const int NumberSizeBytes = sizeof(long);
    private const int LargeEvery = 29;
    private const int SmallSizeBytesMax = 400;

    /// <summary>The log that holds a number.</summary>
    public static int LogOf(long number) => (int)((number - 1) % LogCount);

    /// <summary>The number that stands at a log's sequence number.</summary>
    public static long NumberAt(int log, SequenceNumber sequence) => ((sequence.Value - 1) * LogCount) + log + 1;

    /// <summary>Writes a record's key; returns its length.</summary>
    public static int WriteKey(long number, Span<byte> key)
    {
        "device/"u8.CopyTo(key);
        key[7] = (byte)('a' + (number % 26));
        return 8;
    }

    /// <summary>Writes a record's value; returns its length.</summary>
    public static int WriteValue(long number, Span<byte> value)
    {
        var state = Mix((ulong)number);
        var sizeMax = number % LargeEvery == 0 ? ValueSizeBytesMax : SmallSizeBytesMax;
        var size = NumberSizeBytes + (int)(state % (ulong)(sizeMax - NumberSizeBytes));
        BinaryPrimitives.WriteInt64LittleEndian(value, number);
        for (var at = NumberSizeBytes; at < size; at++)
        {
            state = (state * 6364136223846793005) + 1442695040888963407;
            value[at] = (byte)(state >> 56);
        }

        return size;
    }

    /// <summary>Whether a record is the one that its place asks for, in every byte.</summary>
    public static bool IsIntact(long number, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        Span<byte> expected = stackalloc byte[ValueSizeBytesMax];
        var keyLength = WriteKey(number, expected);
        if (!key.SequenceEqual(expected[..keyLength]))
        {
            return false;
        }

        var valueLength = WriteValue(number, expected);
        return value.SequenceEqual(expected[..valueLength]);
    }

    /// <summary>The finisher of SplitMix64: neighbouring numbers become unlike ones.</summary>
    private static ulong Mix(ulong number)
    {
        number += 0x9E3779B97F4A7C15;
        number = (number ^ (number >> 30)) * 0xBF58476D1CE4E5B9;
        number = (number ^ (number >> 27)) * 0x94D049BB133111EB;
        return number ^ (number >> 31);
    }
}
