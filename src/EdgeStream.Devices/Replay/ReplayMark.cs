using System.Buffers.Binary;
using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Devices;

/// <summary>The checkpoint that each batch of a replay sets in the shard it goes to, in one with its records.</summary>
/// <remarks>Little-endian: the id of the run (8 bytes), the number of the last letter (8). Frozen.</remarks>
internal sealed class ReplayMark(Shard deadLetterShard, ulong run)
{
    private const string Prefix = "dead-letter-replay/";
    private const int SizeBytes = 16;

    private readonly string _name = Prefix + deadLetterShard.Id;

    /// <summary>Sets the mark of a letter.</summary>
    internal void Set(AppendBatch batch, SequenceNumber letter)
    {
        Span<byte> value = stackalloc byte[SizeBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(value, run);
        BinaryPrimitives.WriteInt64LittleEndian(value[8..], letter.Value);
        batch.SetCheckpoint(_name, value);
    }

    /// <summary>Whether a letter's record of some key is in the stream.</summary>
    /// <remarks>
    /// Within a shard letters are appended in their order, so that a later one's mark tells of all before it. A shard
    /// that was split or merged since has the mark still.
    /// </remarks>
    internal bool IsDone(DataStream stream, UInt128 hashKey, long letter)
    {
        foreach (var shard in stream.Shards)
        {
            if (hashKey >= shard.StartingHashKey && hashKey <= shard.EndingHashKey
                && shard.TryGetCheckpoint(_name, out var value) && value.Length == SizeBytes
                && BinaryPrimitives.ReadUInt64LittleEndian(value.Span) == run
                && BinaryPrimitives.ReadInt64LittleEndian(value.Span[8..]) >= letter)
            {
                return true;
            }
        }

        return false;
    }
}
