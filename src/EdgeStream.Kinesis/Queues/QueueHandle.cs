using System.Globalization;
using EdgeStream.Streams;

namespace EdgeStream.Kinesis;

/// <summary>A queue's receipt as clients have it.</summary>
/// <remarks>A <see cref="SignedText"/> of the parts with a separator in between.</remarks>
internal static class QueueHandle
{
    private const string Kind = "queue";
    private const int PartCount = 4;
    private const char Separator = '\n';

    /// <summary>Makes a handle.</summary>
    internal static string Write(ActionCall call, RecordQueue queue, QueueReceipt receipt)
    {
        var number = receipt.Shard.NumberOf(receipt.Sequence);
        return SignedText.Write(call, string.Create(
            CultureInfo.InvariantCulture,
            $"{Kind}{Separator}{queue.Id}{Separator}{number}{Separator}{receipt.Receives}"));
    }

    /// <summary>Reads one; null where the queue has not given it out.</summary>
    /// <param name="call">The call.</param>
    /// <param name="queue">The queue.</param>
    /// <param name="handle">The text.</param>
    /// <param name="isGone">Whether it was given out for a record whose shard is there no more.</param>
    internal static QueueReceipt? Read(ActionCall call, RecordQueue queue, string handle, out bool isGone)
    {
        isGone = false;
        if (SignedText.Read(call, handle)?.Split(Separator) is not { Length: PartCount } parts
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
}
