using EdgeStream.Storage;

namespace EdgeStream.Streams;

/// <summary>What the state keeps of a queue's shard.</summary>
/// <remarks>
/// Version (1 byte, 1), then varints: the first record that was never received, and for each one that was received and
/// is not acknowledged, in order, how many records behind the last one it is (behind 0 for the first), twice how often
/// it was received with 1 added for a dead letter, and when it was received first, in milliseconds. Frozen.
/// </remarks>
internal static class QueueShardFormat
{
    private const byte Version = 1;
    private const int VarintSizeBytesMax = 10;

    internal static byte[] ToBytes(QueueShard shard)
    {
        var bytes = new byte[1 + (VarintSizeBytesMax * (1 + (3 * shard.Items.Count)))];
        bytes[0] = Version;
        var at = 1;
        Write(bytes, ref at, shard.Next.Value);
        long last = 0;
        foreach (var item in shard.Items)
        {
            Write(bytes, ref at, item.Sequence.Value - last);
            Write(bytes, ref at, ((long)item.Receives * 2) + (item.IsDead ? 1 : 0));
            Write(bytes, ref at, item.FirstReceivedAt.UnixMilliseconds);
            last = item.Sequence.Value;
        }

        return bytes[..at];
    }

    /// <exception cref="InvalidDataException">The bytes are of no version that this program knows.</exception>
    internal static void Read(ReadOnlySpan<byte> bytes, QueueShard shard)
    {
        if (bytes.Length < 2 || bytes[0] != Version)
        {
            throw new InvalidDataException("A queue in the gateway's state is of a version that is not known.");
        }

        var at = 1;
        shard.Next = new SequenceNumber(Read(bytes, ref at));
        long last = 0;
        while (at < bytes.Length)
        {
            last += Read(bytes, ref at);
            var receives = Read(bytes, ref at);
            shard.Items.Add(new QueueItem(new SequenceNumber(last))
            {
                Receives = (int)(receives / 2),
                IsDead = receives % 2 != 0,
                FirstReceivedAt = Timestamp.FromUnixMilliseconds(Read(bytes, ref at)),
            });
        }
    }

    private static void Write(Span<byte> bytes, ref int at, long number)
    {
        var left = (ulong)number;
        while (left >= 0x80)
        {
            bytes[at++] = (byte)(left | 0x80);
            left >>= 7;
        }

        bytes[at++] = (byte)left;
    }

    private static long Read(ReadOnlySpan<byte> bytes, ref int at)
    {
        ulong number = 0;
        for (var shift = 0; shift < 64 && at < bytes.Length; shift += 7)
        {
            var part = bytes[at++];
            number |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return (long)number;
            }
        }

        throw new InvalidDataException("A queue in the gateway's state ends too early.");
    }
}
