using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace EdgeStream.Delivery;

/// <summary>Puts records into a data stream with PutRecords.</summary>
/// <remarks>Amazon Kinesis Data Streams API Reference, "PutRecords": 500 records, 5 MiB with keys. The records that an
/// answer says were not taken go out again, in their order. The service knows no ids; a stream of another gateway
/// is told them (<see cref="ProducerNumbers"/>).</remarks>
internal sealed class KinesisTarget(
    KinesisDestinationOptions options, WireMeter wire, TimeProvider time) : IRequestTarget
{
    private const int RecordsMax = 500;
    private const long BytesMax = 5 << 20;

    private readonly AwsClient _client = new(options.Link, "kinesis", wire, time);
    private readonly AwsPayload _payload = new(options.IsLinePayload, options.IsIdentified);

    /// <inheritdoc/>
    public RequestLimits Limits { get; } = new(RecordsMax, BytesMax, options.IsKeyOrdered);

    /// <inheritdoc/>
    public bool SavesEveryRequest => options.HasRecordIds;

    /// <inheritdoc/>
    public long SizeOf(DeliveredRecord record) =>
        _payload.SizeOf(record) + System.Text.Encoding.UTF8.GetByteCount(record.Key);

    /// <inheritdoc/>
    public bool Join(DeliveredRecord first, DeliveredRecord next) =>
        !options.HasRecordIds || ProducerNumbers.Join(first, next);

    /// <inheritdoc/>
    public async ValueTask<RequestResult> SendAsync(
        DeliveryRequest request, CancellationToken cancellationToken)
    {
        using var body = new BlockBuffer();
        Encode(body, request);
        var (result, answer) = await _client.PutAsync(
            "Kinesis_20131202.PutRecords", body, "Records", request,
            options.HasRecordIds ? message => ProducerNumbers.AddTo(message, request) : null, cancellationToken);
        if (options.HasRecordIds && result == RequestResult.Answered && answer.Headers is { } headers)
        {
            ProducerNumbers.ReadFrom(headers, request);
        }

        return result;
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

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
            writer.WriteBase64String("Data"u8, _payload.Of(request, record).Span);
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
