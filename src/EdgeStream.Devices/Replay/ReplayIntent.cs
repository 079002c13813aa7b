using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using EdgeStream.Streams;

namespace EdgeStream.Devices;

/// <summary>What a replay is about to append, written down first: after a crash it tells what to look for.</summary>
/// <remarks>
/// Little-endian: version (1 byte, 1), id of the run (8), number of letters (4); each letter: its number (8), length of
/// the stream's name (2), the name in UTF-8, number of records (4), and for each the hash of its key (16). Frozen.
/// </remarks>
internal sealed record ReplayIntent(ulong Run, IReadOnlyList<ReplayIntent.Letter> Letters)
{
    private const byte Version = 1;
    private const int HashSizeBytes = 16;

    /// <summary>The intent of some plans.</summary>
    internal static ReplayIntent Of(ulong run, IEnumerable<ReplayPlan> plans) => new(
        run,
        [
            .. plans.Select(plan => new Letter(
                plan.Sequence.Value,
                plan.Stream.Name,
                [.. plan.Records.Select(record => DataStream.HashKeyOf(record.Key))])),
        ]);

    /// <summary>The bytes as they are stored.</summary>
    internal byte[] Write()
    {
        var output = new ArrayBufferWriter<byte>();
        output.Write([Version]);
        BinaryPrimitives.WriteUInt64LittleEndian(output.GetSpan(8), Run);
        output.Advance(8);
        WriteCount(output, Letters.Count);
        foreach (var letter in Letters)
        {
            BinaryPrimitives.WriteInt64LittleEndian(output.GetSpan(8), letter.Sequence);
            output.Advance(8);
            var name = Encoding.UTF8.GetBytes(letter.Stream);
            BinaryPrimitives.WriteUInt16LittleEndian(output.GetSpan(2), (ushort)name.Length);
            output.Advance(2);
            output.Write(name);
            WriteCount(output, letter.Hashes.Count);
            foreach (var hash in letter.Hashes)
            {
                BinaryPrimitives.WriteUInt128LittleEndian(output.GetSpan(HashSizeBytes), hash);
                output.Advance(HashSizeBytes);
            }
        }

        return output.WrittenSpan.ToArray();
    }

    /// <summary>Reads stored bytes; null when they are none.</summary>
    internal static ReplayIntent? Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 13 || bytes[0] != Version)
        {
            return null;
        }

        var run = BinaryPrimitives.ReadUInt64LittleEndian(bytes[1..]);
        var count = BinaryPrimitives.ReadInt32LittleEndian(bytes[9..]);
        var rest = bytes[13..];
        var letters = new List<Letter>();
        for (; count > 0; count--)
        {
            if (rest.Length < 10)
            {
                return null;
            }

            var sequence = BinaryPrimitives.ReadInt64LittleEndian(rest);
            int nameLength = BinaryPrimitives.ReadUInt16LittleEndian(rest[8..]);
            if (rest.Length < 14 + nameLength)
            {
                return null;
            }

            var name = Encoding.UTF8.GetString(rest.Slice(10, nameLength));
            var hashCount = BinaryPrimitives.ReadInt32LittleEndian(rest[(10 + nameLength)..]);
            rest = rest[(14 + nameLength)..];
            if (hashCount < 0 || rest.Length / HashSizeBytes < hashCount)
            {
                return null;
            }

            var hashes = new UInt128[hashCount];
            for (var i = 0; i < hashCount; i++)
            {
                hashes[i] = BinaryPrimitives.ReadUInt128LittleEndian(rest[(i * HashSizeBytes)..]);
            }

            rest = rest[(hashCount * HashSizeBytes)..];
            letters.Add(new Letter(sequence, name, hashes));
        }

        return rest.IsEmpty ? new ReplayIntent(run, letters) : null;
    }

    private static void WriteCount(ArrayBufferWriter<byte> output, int count)
    {
        BinaryPrimitives.WriteInt32LittleEndian(output.GetSpan(sizeof(int)), count);
        output.Advance(sizeof(int));
    }

    /// <summary>One letter.</summary>
    internal sealed record Letter(long Sequence, string Stream, IReadOnlyList<UInt128> Hashes);
}
