using System.Buffers;
using System.Text.Json;
using EdgeStream.Gateway.Composition;
using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Gateway.Http;

/// <summary><c>POST /api/streams/{name}/records</c>: appends and answers when every record is as durable as the stream
/// promises.</summary>
/// <remarks>
/// The whole body is checked before the first append. When an append is refused in the middle, the answer is an error
/// and those before it may be stored: a client that repeats the request may store them twice.
/// </remarks>
internal static class RecordsWriteEndpoint
{
    private const int RecordCountMax = 500;
    private const int BodyBytesMax = 8 << 20;
    private const string Shape =
        "The body is a record {\"key\",\"data\"} or {\"records\":[…]} with up to 500 of them.";

    /// <summary>Answers the request.</summary>
    public static async Task HandleAsync(HttpContext context, GatewayParts parts, DataStream stream)
    {
        RequireJson(context.Request);
        var inputs = Parse(await ReadBodyAsync(context));
        var receipts = new AppendReceipt[inputs.Count];
        for (var index = 0; index < inputs.Count; index++)
        {
            receipts[index] = await AppendAsync(stream, inputs[index], context.RequestAborted);
        }

        await AcknowledgedAsync(receipts);
        parts.NotePosted(inputs);
        await JsonReply.WriteAsync(context, StatusCodes.Status200OK, receipts, Write);
    }

    /// <summary>Refuses a body that is not said to be JSON.</summary>
    public static void RequireJson(HttpRequest request)
    {
        var type = request.ContentType?.Split(';')[0].Trim();
        if (!string.Equals(type, "application/json", StringComparison.OrdinalIgnoreCase))
        {
            throw new ApiException(new ApiError(
                StatusCodes.Status415UnsupportedMediaType, "unsupported_media_type",
                $"Content-Type is '{request.ContentType}'.", "Send 'Content-Type: application/json'."));
        }
    }

    private static async Task<ReadOnlyMemory<byte>> ReadBodyAsync(HttpContext context)
    {
        var body = new ArrayBufferWriter<byte>();
        while (true)
        {
            var read = await context.Request.Body.ReadAsync(body.GetMemory(16 << 10), context.RequestAborted);
            if (read == 0)
            {
                return body.WrittenMemory;
            }

            body.Advance(read);
            if (body.WrittenCount > BodyBytesMax)
            {
                throw new ApiException(new ApiError(
                    StatusCodes.Status413PayloadTooLarge, "body_too_large", "The body is larger than 8 MiB.",
                    "Send fewer records at once."));
            }
        }
    }

    private static List<RecordInput> Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("records", out var records))
            {
                var count = records.ValueKind == JsonValueKind.Array ? records.GetArrayLength() : 0;
                return count is >= 1 and <= RecordCountMax
                    ? ParseAll(records)
                    : throw new ApiException(ApiError.Invalid(
                        $"'records' must be a list of 1 to {RecordCountMax} records.", Shape));
            }

            return [RecordInput.Parse(root)];
        }
        catch (JsonException error)
        {
            throw new ApiException(ApiError.Invalid($"The body is not JSON: {error.Message}", Shape));
        }
        catch (InvalidOperationException error)
        {
            // A text with half of a surrogate pair: JSON allows to write it, and no text holds it.
            throw new ApiException(ApiError.Invalid($"A text of the body is not Unicode: {error.Message}", Shape));
        }
    }

    private static List<RecordInput> ParseAll(JsonElement records)
    {
        var inputs = new List<RecordInput>();
        foreach (var record in records.EnumerateArray())
        {
            inputs.Add(RecordInput.Parse(record));
        }

        return inputs;
    }

    private static async ValueTask<AppendReceipt> AppendAsync(
        DataStream stream, RecordInput input, CancellationToken cancellationToken)
    {
        while (true)
        {
            var status = stream.TryAppend(input.Key, input.Data.Span, input.EventTime, out var receipt);
            switch (status)
            {
                case AppendStatus.Accepted:
                    return receipt;
                case AppendStatus.Busy:
                    await stream.WaitForRoomAsync(input.Key, cancellationToken);
                    break;
                default:
                    throw new ApiException(Refusal(stream, status));
            }
        }
    }

    private static async Task AcknowledgedAsync(AppendReceipt[] receipts)
    {
        try
        {
            foreach (var receipt in receipts)
            {
                await receipt.WhenAcknowledged();
            }
        }
        catch (IOException error)
        {
            throw new ApiException(new ApiError(
                StatusCodes.Status503ServiceUnavailable, "not_durable",
                $"The records were not acknowledged by the disk: {error.Message}",
                "They may or may not be stored. See /health."));
        }
    }

    private static ApiError Refusal(DataStream stream, AppendStatus status) => status switch
    {
        AppendStatus.DiskFull => new ApiError(
            StatusCodes.Status507InsufficientStorage, "disk_full", "The disk has no room for another segment.",
            "Free space, or lower the retention; appends are accepted again by themselves."),
        AppendStatus.TooLarge => new ApiError(
            StatusCodes.Status413PayloadTooLarge, "record_too_large",
            $"The record is larger than the stream '{stream.Name}' accepts.",
            "Send smaller records, or give the stream a larger segmentSize."),
        _ => new ApiError(
            StatusCodes.Status503ServiceUnavailable, "stream_failed",
            $"The stream '{stream.Name}' has failed: {stream.Failure?.Message}",
            "Repair the disk and restart the gateway; reading goes on."),
    };

    private static void Write(Utf8JsonWriter writer, AppendReceipt[] receipts)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("records");
        foreach (var receipt in receipts)
        {
            writer.WriteStartObject();
            writer.WriteString("shard", receipt.Shard.Id);
            writer.WriteNumber("sequence", receipt.Sequence.Value);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
