using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EdgeStream.Streams;

namespace EdgeStream.Kinesis;

/// <summary>A queue's receipt as clients have it: opaque, and none can be made up.</summary>
/// <remarks>In Base64: 16 bytes that authenticate the rest, then the parts with a separator in between.</remarks>
internal static class QueueHandle
{
    private const string Kind = "queue";
    private const int LengthMax = 1024;
    private const int PartCount = 4;
    private const char Separator = '\n';

    /// <summary>Makes a handle.</summary>
    internal static string Write(ActionCall call, RecordQueue queue, QueueReceipt receipt)
    {
        var number = receipt.Shard.NumberOf(receipt.Sequence);
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{Kind}{Separator}{queue.Id}{Separator}{number}{Separator}{receipt.Receives}");
        var bytes = new byte[ShardIterators.TagSizeBytes + Encoding.UTF8.GetByteCount(text)];
        Encoding.UTF8.GetBytes(text, bytes.AsSpan(ShardIterators.TagSizeBytes));
        call.Service.Iterators.Authenticate(bytes.AsSpan(ShardIterators.TagSizeBytes), bytes);
        return Convert.ToBase64String(bytes);
    }

    /// <summary>Reads one; null where the queue has not given it out.</summary>
    /// <param name="call">The call.</param>
    /// <param name="queue">The queue.</param>
    /// <param name="handle">The text.</param>
    /// <param name="isGone">Whether it was given out for a record whose shard is there no more.</param>
    internal static QueueReceipt? Read(ActionCall call, RecordQueue queue, string handle, out bool isGone)
    {
        isGone = false;
        if (TextOf(call, handle)?.Split(Separator) is not { Length: PartCount } parts
            || parts[0] != Kind
            || parts[1] != queue.Id
            || !KinesisSequenceNumber.TryParse(parts[2], out var number)
            || !int.TryParse(parts[3], NumberStyles.None, CultureInfo.InvariantCulture, out var receives))
        {
            return null;
        }

        if (queue.Stream.TryGetShard(number, out var shard) && shard.NumberOf(number.Sequence) == number)
        {
            return new QueueReceipt(shard, number.Sequence, receives, default);
        }

        isGone = true;
        return null;
    }

    private static string? TextOf(ActionCall call, string handle)
    {
        Span<byte> bytes = stackalloc byte[LengthMax];
        if (!Convert.TryFromBase64String(handle, bytes, out var size) || size <= ShardIterators.TagSizeBytes)
        {
            return null;
        }

        var text = bytes[ShardIterators.TagSizeBytes..size];
        if (text[0] != (byte)Kind[0])
        {
            return null;
        }

        Span<byte> tag = stackalloc byte[ShardIterators.TagSizeBytes];
        call.Service.Iterators.Authenticate(text, tag);
        return CryptographicOperations.FixedTimeEquals(tag, bytes[..ShardIterators.TagSizeBytes])
            ? Encoding.UTF8.GetString(text)
            : null;
    }
}
