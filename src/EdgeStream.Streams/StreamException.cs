using EdgeStream.Storage;

namespace EdgeStream.Streams;

/// <summary>A stream refused an append; the message says why and what to do.</summary>
/// <param name="status">The reason.</param>
/// <param name="message">The reason in words.</param>
/// <param name="innerException">The first error of a failed shard.</param>
public sealed class StreamException(AppendStatus status, string message, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>The reason.</summary>
    public AppendStatus Status { get; } = status;

    /// <summary>Why a stream refused an append.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="status">What the append said.</param>
    /// <param name="dataSizeBytes">The size of the record's data, or of a batch.</param>
    internal static StreamException Of(DataStream stream, AppendStatus status, int dataSizeBytes) => status switch
    {
        AppendStatus.DiskFull => new StreamException(
            status,
            stream.IsOverBudget
                ? $"Stream '{stream.Name}' takes no records: the disk budget of all streams is used up. Raise the "
                    + "budget, lower retention, or let streams drop their oldest records."
                : $"Stream '{stream.Name}' takes no records: the disk has no room for another segment. "
                    + "Free space or lower its retention."),
        AppendStatus.TooLarge => new StreamException(
            status,
            $"Stream '{stream.Name}' refused a record of {dataSizeBytes} bytes: it must fit into half a segment "
                + "and its key into 65,535 bytes."),
        AppendStatus.TooOld => new StreamException(
            status,
            $"Stream '{stream.Name}' can't tell whether it has the record: its number is {ProducerStamp.WindowSize} or "
                + "more below its producer's highest one, or of an earlier epoch. Give it a new number if it must be "
                + "stored."),
        AppendStatus.Sealed => new StreamException(
            status,
            $"A shard of stream '{stream.Name}' was closed: its range belongs to other shards now. Append to these."),
        _ => new StreamException(
            status,
            $"Stream '{stream.Name}' takes no records since a write failed: "
                + $"{stream.Failure?.Message ?? "it is closed"}.",
            stream.Failure),
    };
}
