using System.Buffers.Binary;

namespace EdgeStream.Analytics;

/// <summary>What a detector rule saves of a key: one head, up to eight chunks of values, one base.</summary>
/// <remarks>
/// <para>Every entry, frozen, little-endian: kind u8, key length u16, number i64, content, key. The number of a head is
/// the key's last sequence, that of a chunk and of a base the count of values that the detector had seen at its
/// beginning (a chunk) or has in it (a base).</para>
/// <para>Head: episode (<see cref="AlertEpisode"/>), usual values in a row i32, explanation
/// (<see cref="Detection.AnomalyExplanation"/>), count of the base i64, chunks i32, then the values that stand in no
/// chunk. Chunk: 32 values. A value: seconds i64, value f64. Base: <see cref="Detection.AnomalyDetector.Save"/>.</para>
/// <para>The names of chunks and bases are made of the key with two bytes before it that begin no text: 255 and the
/// chunk's number, or 255 twice.</para>
/// </remarks>
internal readonly ref struct DetectorEntry
{
    public const byte Head = 17;
    public const byte Chunk = 18;
    public const byte Base = 19;

    /// <summary>What stands before the content.</summary>
    public const int ContentOffset = 11;

    private const int KeyLengthOffset = 1;
    private const int NumberOffset = 3;
    private const byte NoText = 255;

    private DetectorEntry(ReadOnlySpan<byte> bytes, int keyLength)
    {
        Kind = bytes[0];
        Number = BinaryPrimitives.ReadInt64LittleEndian(bytes[NumberOffset..]);
        Content = bytes[ContentOffset..^keyLength];
        Key = bytes[^keyLength..];
    }

    public byte Kind { get; }

    public long Number { get; }

    public ReadOnlySpan<byte> Content { get; }

    public ReadOnlySpan<byte> Key { get; }

    /// <summary>Reads an entry; false for bytes of another layout.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out DetectorEntry entry)
    {
        entry = default;
        if (bytes.Length < ContentOffset || bytes[0] is < Head or > Base)
        {
            return false;
        }

        var keyLength = BinaryPrimitives.ReadUInt16LittleEndian(bytes[KeyLengthOffset..]);
        if (bytes.Length < ContentOffset + keyLength)
        {
            return false;
        }

        entry = new DetectorEntry(bytes, keyLength);
        return true;
    }

    /// <summary>Writes what stands around the content; the content's place is left as it is.</summary>
    public static int Finish(Span<byte> bytes, byte kind, long number, int contentLength, ReadOnlySpan<byte> key)
    {
        bytes[0] = kind;
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[KeyLengthOffset..], (ushort)key.Length);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[NumberOffset..], number);
        key.CopyTo(bytes[(ContentOffset + contentLength)..]);
        return ContentOffset + contentLength + key.Length;
    }

    public static byte[] ChunkName(int chunk, ReadOnlySpan<byte> key) => [NoText, (byte)chunk, .. key];

    public static byte[] BaseName(ReadOnlySpan<byte> key) => [NoText, NoText, .. key];
}
