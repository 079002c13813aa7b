using System.Buffers;
using System.Text.Json;

namespace EdgeStream.Delivery;

/// <summary>Puts records into a delivery stream with PutRecordBatch.</summary>
/// <remarks>Amazon Data Firehose API Reference, "PutRecordBatch": 500 records, 4 MiB. Firehose keeps no order, so
/// records of a key share requests.</remarks>
internal sealed class FirehoseTarget(
    FirehoseDestinationOptions options, WireMeter wire, TimeProvider time) : IRequestTarget
{
    private const int RecordsMax = 500;
    private const long BytesMax = 4 << 20;

    private readonly AwsClient _client = new(options.Link, "firehose", wire, time);
    private readonly AwsPayload _payload = new(options.IsLinePayload, options.IsIdentified);

    /// <inheritdoc/>
    public RequestLimits Limits { get; } = new(RecordsMax, BytesMax, IsOnePerKey: false);

    /// <inheritdoc/>
    public long SizeOf(DeliveredRecord record) => _payload.SizeOf(record) + 1;

    /// <inheritdoc/>
    public async ValueTask<RequestResult> SendAsync(
        DeliveryRequest request, CancellationToken cancellationToken)
    {
        using var body = new BlockBuffer();
        Encode(body, request);
        var (result, _) = await _client.PutAsync(
            "Firehose_20150804.PutRecordBatch", body, "RequestResponses", request, null, cancellationToken);
        return result;
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private void Encode(IBufferWriter<byte> body, DeliveryRequest request)
    {
        using var writer = new Utf8JsonWriter(body);
        writer.WriteStartObject();
        writer.WriteString("DeliveryStreamName"u8, options.StreamName);
        writer.WriteStartArray("Records"u8);
        foreach (var record in request.Records)
        {
            writer.WriteStartObject();
            var payload = _payload.Of(request, record).Span;
            writer.WriteBase64String("Data"u8, options.HasLineFeeds ? [.. payload, (byte)'\n'] : payload);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
