using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace EdgeStream.Analytics;

/// <summary>What the saved state of one shard's rules belongs to.</summary>
/// <remarks>
/// Layout, little-endian, frozen: version u8 (1), input sequence i64, count u16 of alert positions, each a text and
/// a sequence
/// i64; count u16 of rules, each a text and a fingerprint u64. A text: length u8 and that many bytes of UTF-8.
/// </remarks>
/// <param name="InputSequence">The last record that the state includes.</param>
/// <param name="AlertPositions">By shard of the alerts stream: every alert of the state stands at or before
/// this.</param>
/// <param name="Rules">By rule: the hash of what decided when it fires.</param>
internal sealed record SnapshotHeader(
    long InputSequence,
    IReadOnlyList<KeyValuePair<string, long>> AlertPositions,
    IReadOnlyList<KeyValuePair<string, ulong>> Rules)
{
    private const byte Version = 1;

    /// <summary>The first 8 bytes of the SHA-256 of a rule's fingerprint.</summary>
    public static ulong HashOf(RuleDefinition definition) =>
        BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(definition.Fingerprint)));

    public byte[] ToBytes()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream, Encoding.UTF8);
        writer.Write(Version);
        writer.Write(InputSequence);
        writer.Write((ushort)AlertPositions.Count);
        foreach (var (shardId, sequence) in AlertPositions)
        {
            WriteText(writer, shardId);
            writer.Write(sequence);
        }

        writer.Write((ushort)Rules.Count);
        foreach (var (name, hash) in Rules)
        {
            WriteText(writer, name);
            writer.Write(hash);
        }

        writer.Flush();
        return stream.ToArray();
    }

    /// <summary>Reads a header; null if the bytes are none of this version.</summary>
    public static SnapshotHeader? TryRead(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using var reader = new BinaryReader(new MemoryStream(bytes.ToArray()), Encoding.UTF8);
            if (reader.ReadByte() != Version)
            {
                return null;
            }

            var sequence = reader.ReadInt64();
            var positions = ReadPairs(reader, static from => from.ReadInt64());
            return new SnapshotHeader(sequence, positions, ReadPairs(reader, static from => from.ReadUInt64()));
        }
        catch (EndOfStreamException)
        {
            return null;
        }
    }

    private static KeyValuePair<string, T>[] ReadPairs<T>(BinaryReader reader, Func<BinaryReader, T> readValue)
    {
        var pairs = new KeyValuePair<string, T>[reader.ReadUInt16()];
        for (var index = 0; index < pairs.Length; index++)
        {
            var text = Encoding.UTF8.GetString(reader.ReadBytes(reader.ReadByte()));
            pairs[index] = new KeyValuePair<string, T>(text, readValue(reader));
        }

        return pairs;
    }

    private static void WriteText(BinaryWriter writer, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        writer.Write((byte)bytes.Length);
        writer.Write(bytes);
    }
}
