using System.Buffers;
using System.Text.Json;
using EdgeStream.Gateway.Composition;
using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Gateway.Http;

/// <summary><c>POST /api/streams/{stream}/records</c>, and <c>PUT</c> or <c>POST …/records/{key}</c> for the bytes of
/// one record: appends and answers when every record is as durable as the stream promises.</summary>
/// <remarks>
/// The whole body is checked before the first append. Each record has its own result: where some are refused the answer
/// is 207 with the error of each, where all are it is the error of the first.
/// </remarks>
internal static class RecordsWriteEndpoint
{
    private const int RecordCountMax = 500;
    private const int BodyBytesMax = 8 << 20;

    /// <summary>Room for a body is made at once where its length is said, up to this, so that few pieces are left
    /// behind; else it begins with <see cref="FirstRoomBytes"/> and doubles.</summary>
    private const int SaidRoomBytesMax = 256 << 10;
    private const int FirstRoomBytes = 16 << 10;
    private const string Shape =
        "The body is a record {\"key\",\"data\"} or {\"records\":[…]} with up to 500 of them.";

    /// <summary>Answers the request.</summary>
    public static async Task HandleAsync(HttpContext context, GatewayParts parts, DataStream stream)
    {
        RequireJson(context.Request);
        await AppendAsync(context, parts, stream, Parse(await ReadBodyAsync(context)));
    }

    /// <summary>Answers the request whose body is one record.</summary>
    public static async Task HandleRawAsync(HttpContext context, GatewayParts parts, DataStream stream, string key)
    {
        var query = context.Request.Query;
        var input = RecordInput.OfBytes(
            key, await ReadBodyAsync(context), query["hashKey"].FirstOrDefault(), query["eventTime"].FirstOrDefault())
            with
            {
                Producer = RecordInput.ParseProducer(
                    query["producer"].FirstOrDefault(),
                    query["producerSequence"].FirstOrDefault(),
                    query["producerEpoch"].FirstOrDefault()),
            };
        await AppendAsync(context, parts, stream, [input]);
    }

    private static async Task AppendAsync(
        HttpContext context, GatewayParts parts, DataStream stream, List<RecordInput> inputs)
    {
        var results = new RecordResult[inputs.Count];
        for (var index = 0; index < inputs.Count; index++)
        {
            results[index] = await AppendAsync(stream, inputs[index], context.RequestAborted);
        }

        var failed = await AcknowledgedAsync(results);
        if (failed == results.Length)
        {
            throw new ApiException(results[0].Error!);
        }

        parts.NotePosted(TakeNew(inputs, results));
        var status = failed == 0 ? StatusCodes.Status200OK : StatusCodes.Status207MultiStatus;
        await JsonReply.WriteAsync(context, status, (results, failed), Write);
    }

    /// <summary>What was appended: what was refused, or sent again, is no news of its device.</summary>
    private static List<RecordInput> TakeNew(List<RecordInput> inputs, RecordResult[] results)
    {
        if (!Array.Exists(results, static result => !result.IsNew))
        {
            return inputs;
        }

        var taken = new List<RecordInput>();
        for (var index = 0; index < results.Length; index++)
        {
            if (results[index].IsNew)
            {
                taken.Add(inputs[index]);
            }
        }

        return taken;
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
        var said = context.Request.ContentLength;
        var body = new ArrayBufferWriter<byte>((int)Math.Clamp(said ?? FirstRoomBytes, 1, SaidRoomBytesMax));
        while (body.WrittenCount != said)
        {
            var read = await context.Request.Body.ReadAsync(body.GetMemory(), context.RequestAborted);
            if (read == 0)
            {
                break;
            }

            body.Advance(read);
            if (body.WrittenCount > BodyBytesMax)
            {
                throw new ApiException(new ApiError(
                    StatusCodes.Status413PayloadTooLarge, "body_too_large", "The body is larger than 8 MiB.",
                    "Send fewer records at once."));
            }
        }

        return body.WrittenMemory;
    }

    private static List<RecordInput> Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body.Span);
            if (!TryFindRecords(ref reader, out var records, out var count))
            {
                using var document = JsonDocument.Parse(body);
                return [RecordInput.Parse(document.RootElement)];
            }

            return count is >= 1 and <= RecordCountMax
                ? ParseAll(ref records, count)
                : throw new ApiException(ApiError.Invalid(
                    $"'records' must be a list of 1 to {RecordCountMax} records.", Shape));
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

    /// <summary>Reads the whole body and looks for the member <c>records</c> of an object: the last, where there are
    /// several.</summary>
    /// <param name="reader">At the beginning.</param>
    /// <param name="records">At the beginning of the list.</param>
    /// <param name="count">How many are in it; 0 where it is none.</param>
    /// <exception cref="JsonException">The body is not JSON.</exception>
    private static bool TryFindRecords(ref Utf8JsonReader reader, out Utf8JsonReader records, out int count)
    {
        records = default;
        count = 0;
        var isFound = false;
        var isObject = reader.Read() && reader.TokenType == JsonTokenType.StartObject;
        while (reader.Read())
        {
            if (!isObject || reader.TokenType != JsonTokenType.PropertyName)
            {
                continue;
            }

            var isRecords = reader.ValueTextEquals("records"u8);
            reader.Read();
            if (!isRecords)
            {
                reader.Skip();
                continue;
            }

            isFound = true;
            records = reader;
            count = CountOf(ref reader);
        }

        return isFound;
    }

    /// <summary>How many values are in a list, which is read to its end; 0 for what is none.</summary>
    private static int CountOf(ref Utf8JsonReader reader)
    {
        var count = 0;
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return count;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            reader.Skip();
            count++;
        }

        return count;
    }

    /// <summary>Parses one record after another: what the parser needs for all of them at once it would keep, for each
    /// thread.</summary>
    private static List<RecordInput> ParseAll(ref Utf8JsonReader records, int count)
    {
        var inputs = new List<RecordInput>(count);
        while (records.Read() && records.TokenType != JsonTokenType.EndArray)
        {
            using var record = JsonDocument.ParseValue(ref records);
            inputs.Add(RecordInput.Parse(record.RootElement));
        }

        return inputs;
    }

    private static async ValueTask<RecordResult> AppendAsync(
        DataStream stream, RecordInput input, CancellationToken cancellationToken)
    {
        while (true)
        {
            var status = TryAppend(stream, input, out var receipt);
            switch (status)
            {
                case AppendStatus.Accepted:
                    return new RecordResult { Receipt = receipt };
                case AppendStatus.Busy:
                    await stream.WhenRoom(input.HashKey ?? DataStream.HashKeyOf(input.Key))
                        .WaitAsync(cancellationToken);
                    break;
                default:
                    return new RecordResult { Error = Refusal(stream, status) };
            }
        }
    }

    private static AppendStatus TryAppend(DataStream stream, in RecordInput input, out AppendReceipt receipt) =>
        input.Producer is not null
            ? stream.TryAppend(
                input.HashKey, input.Key, input.Data.Span, input.EventTime, input.Producer.After(0), out receipt)
        : input.HashKey is { } hashKey
            ? stream.TryAppend(hashKey, input.Key, input.Data.Span, input.EventTime, out receipt)
        : stream.TryAppend(input.Key, input.Data.Span, input.EventTime, out receipt);

    /// <summary>Waits for all of them; how many were refused, by the stream or by the disk.</summary>
    private static async Task<int> AcknowledgedAsync(RecordResult[] results)
    {
        var failed = 0;
        for (var index = 0; index < results.Length; index++)
        {
            if (results[index].Error is null)
            {
                try
                {
                    await results[index].Receipt.WhenAcknowledged();
                    continue;
                }
                catch (IOException error)
                {
                    results[index].Error = new ApiError(
                        StatusCodes.Status503ServiceUnavailable, "not_durable",
                        $"The record was not acknowledged by the disk: {error.Message}",
                        "It may or may not be stored. See /health.");
                }
            }

            failed++;
        }

        return failed;
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
        AppendStatus.TooOld => new ApiError(
            StatusCodes.Status409Conflict, "producer_sequence_too_old",
            $"The stream '{stream.Name}' can't tell whether it has the record: producerSequence is "
                + $"{ProducerStamp.WindowSize} or more below the producer's highest one, or of an earlier epoch.",
            "Send it with a new number if it must be stored; when the counter starts again, with a greater "
                + "producerEpoch."),
        _ => new ApiError(
            StatusCodes.Status503ServiceUnavailable, "stream_failed",
            $"The stream '{stream.Name}' has failed: {stream.Failure?.Message}",
            "Repair the disk and restart the gateway; reading goes on."),
    };

    private static void Write(Utf8JsonWriter writer, (RecordResult[] Results, int Failed) answer)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("records");
        foreach (var result in answer.Results)
        {
            writer.WriteStartObject();
            if (result.Error is { } error)
            {
                JsonReply.WriteError(writer, error);
            }
            else
            {
                writer.WriteString("shard", result.Receipt.Shard.Id);
                writer.WriteNumber("sequence", result.Receipt.Sequence.Value);
                if (result.Receipt.IsDuplicate)
                {
                    writer.WriteBoolean("duplicate", true);
                }
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteNumber("failed", answer.Failed);
        writer.WriteEndObject();
    }

    /// <summary>What became of one record.</summary>
    private struct RecordResult
    {
        public AppendReceipt Receipt;
        public ApiError? Error;

        public readonly bool IsNew => Error is null && !Receipt.IsDuplicate;
    }
}
