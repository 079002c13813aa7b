using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Delivery;

/// <summary>Writes rejected records as JSON, in the layout of Firehose's failed records, with what more is
/// known.</summary>
/// <remarks><c>{"attemptsMade","arrivalTimestamp","lastErrorCode","lastErrorMessage","attemptEndingTimestamp",
/// "rawData","sequenceNumber","subSequenceNumber","delivery","destination","stream","shard","reason","key","eventTime",
/// "rawDataBytes"}</c>; times in milliseconds since 1970, <c>rawData</c> in Base64. A key that is not UTF-8 is
/// <c>keyBase64</c>. Frozen: what is missing or longer than is kept is told by <c>rawDataBytes</c> alone, the length of
/// the data, -1 where the record is gone.</remarks>
internal sealed class ErrorRecord(DeliveryDefinition definition, string shardId)
{
    /// <summary>So many bytes of a record's data are kept: 512 KiB.</summary>
    public const int RawDataBytesMax = 512 << 10;

    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly ArrayBufferWriter<byte> _output = new();

    /// <summary>The JSON of a rejection; valid until the next call.</summary>
    /// <param name="rejection">What was refused, and why.</param>
    /// <param name="record">The record; its sequence number is 0 where it is gone.</param>
    /// <param name="rawDataBytesMax">How much of its data is kept.</param>
    public ReadOnlySpan<byte> Write(
        Rejection rejection, in StreamRecord record, int rawDataBytesMax = RawDataBytesMax)
    {
        _output.ResetWrittenCount();
        using var writer = new Utf8JsonWriter(_output, Options);
        var isThere = record.Sequence.Value != 0;
        writer.WriteStartObject();
        writer.WriteNumber("attemptsMade"u8, rejection.Attempts);
        writer.WriteNumber("arrivalTimestamp"u8, MillisecondsOf(record.ArrivalTime));
        writer.WriteString("lastErrorCode"u8, rejection.Cause.Code);
        writer.WriteString("lastErrorMessage"u8, rejection.Cause.Message);
        writer.WriteNumber("attemptEndingTimestamp"u8, MillisecondsOf(rejection.At));
        writer.WriteBase64String("rawData"u8, record.Data[..Math.Min(record.Data.Length, rawDataBytesMax)]);
        writer.WriteNumber("sequenceNumber"u8, rejection.Sequence);
        if (rejection.SubSequence is { } place)
        {
            writer.WriteNumber("subSequenceNumber"u8, place);
        }

        writer.WriteString("delivery"u8, definition.Title);
        writer.WriteString("destination"u8, definition.Destination.Kind);
        writer.WriteString("stream"u8, definition.Stream);
        writer.WriteString("shard"u8, shardId);
        writer.WriteString("reason"u8, RejectionWords.Of(rejection.Cause.Reason));
        if (Utf8.IsValid(record.PartitionKey))
        {
            writer.WriteString("key"u8, record.PartitionKey);
        }
        else
        {
            writer.WriteBase64String("keyBase64"u8, record.PartitionKey);
        }

        writer.WriteNumber("eventTime"u8, MillisecondsOf(record.EventTime));
        writer.WriteNumber("rawDataBytes"u8, isThere ? record.Data.Length : -1);
        writer.WriteEndObject();
        writer.Flush();
        return _output.WrittenSpan;
    }

    private static long MillisecondsOf(Timestamp time) => time.UnixMicroseconds / 1000;
}
