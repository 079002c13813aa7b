using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace EdgeStream.Delivery;

/// <summary>Puts records into a data stream with PutRecords.</summary>
/// <remarks>Amazon Kinesis Data Streams API Reference, "PutRecords": 500 records, 5 MiB with keys. The records that an
/// answer says were not taken go out again, in their order.</remarks>
internal sealed class KinesisTarget(
    KinesisDestinationOptions options, WireMeter wire, TimeProvider time) : IRequestTarget
{
    private const int RecordsMax = 500;
    private const long BytesMax = 5 << 20;

    private readonly AwsClient _client = new(options.Link, "kinesis", wire, time);

    /// <inheritdoc/>
    public RequestLimits Limits { get; } = new(RecordsMax, BytesMax, options.IsKeyOrdered);

    /// <inheritdoc/>
    public long SizeOf(DeliveredRecord record) =>
        PayloadOf(record).Length + System.Text.Encoding.UTF8.GetByteCount(record.Key);

    /// <inheritdoc/>
    public async ValueTask<RequestResult> SendAsync(
        DeliveryRequest request, CancellationToken cancellationToken)
    {
        using var body = new BlockBuffer();
        Encode(body, request);
        return await _client.PutAsync("Kinesis_20131202.PutRecords", body, "Records", request, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private ReadOnlyMemory<byte> PayloadOf(DeliveredRecord record) =>
        options.IsLinePayload ? record.Line : record.Data;

    private void Encode(IBufferWriter<byte> body, DeliveryRequest request)
    {
        using var writer = new Utf8JsonWriter(
            body, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        writer.WriteStartObject();
        writer.WriteString("StreamName"u8, options.StreamName);
        writer.WriteStartArray("Records"u8);
        foreach (var record in request.Records)
        {
            writer.WriteStartObject();
            writer.WriteBase64String("Data"u8, PayloadOf(record).Span);
            writer.WriteString("PartitionKey"u8, record.Key);
            if (options.ExplicitHashKey is { } hashKey)
            {
                writer.WriteString("ExplicitHashKey"u8, hashKey);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
