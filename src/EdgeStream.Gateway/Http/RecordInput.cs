using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Gateway.Http;

/// <summary>One record of a POST: <c>{"key","data"}</c> or <c>{"key","dataBase64"}</c>, with an optional
/// <c>eventTime</c>, <c>hashKey</c> and what recognises it when it is sent again.</summary>
internal readonly record struct RecordInput(byte[] Key, ReadOnlyMemory<byte> Data, Timestamp? EventTime)
{
    private const int KeyLengthMax = 256;
    private const string Shape = "A record is {\"key\":\"…\",\"data\":{…},\"eventTime\":\"2026-01-31T12:00:00Z\"}; "
        + "eventTime and hashKey (0 to 2^128-1 in decimal, as a text) are optional, and so are producer (1 to 64 "
        + "bytes) with producerSequence and producerEpoch (0 to 2^64-2).";

    /// <summary>The hash key that picks the shard in place of the partition key's; null for that.</summary>
    public UInt128? HashKey { get; init; }

    /// <summary>Who made it, and its number; null where it says nothing of that.</summary>
    public KeptProducerStamp? Producer { get; init; }

    /// <summary>A record of any bytes.</summary>
    /// <exception cref="ApiException">A value is not allowed.</exception>
    public static RecordInput OfBytes(string key, ReadOnlyMemory<byte> data, string? hashKey, string? eventTime)
    {
        if (key.Length is 0 or > KeyLengthMax)
        {
            throw new ApiException(ApiError.Invalid(
                $"The key in the path must be a text of 1 to {KeyLengthMax} characters.", "See /api/openapi.json."));
        }

        return new RecordInput(
            Encoding.UTF8.GetBytes(key), data, string.IsNullOrEmpty(eventTime) ? null : ParseTime(eventTime))
        {
            HashKey = string.IsNullOrEmpty(hashKey) ? null : ParseHashKey(hashKey),
        };
    }

    /// <summary>Reads a record from its JSON object.</summary>
    /// <exception cref="ApiException">A member is missing or not allowed.</exception>
    public static RecordInput Parse(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw new ApiException(ApiError.Invalid("A record must be a JSON object.", Shape));
        }

        foreach (var member in element.EnumerateObject())
        {
            if (member.Name is not ("key" or "data" or "dataBase64" or "eventTime" or "hashKey" or "producer"
                or "producerSequence" or "producerEpoch"))
            {
                throw new ApiException(ApiError.Invalid($"Unknown member '{member.Name}'.", Shape));
            }
        }

        return new RecordInput(ParseKey(element), ParseData(element), ParseEventTime(element))
        {
            HashKey = ParseHashKey(element),
            Producer = ParseProducer(
                TextOf(element, "producer"), TextOf(element, "producerSequence"), TextOf(element, "producerEpoch")),
        };
    }

    /// <summary>Reads what recognises a record that is sent again.</summary>
    /// <param name="producer">Who made it; null or empty for nobody.</param>
    /// <param name="sequence">Its number.</param>
    /// <param name="epoch">The counter's beginning; null or empty for 0.</param>
    /// <exception cref="ApiException">One is missing or not allowed.</exception>
    public static KeptProducerStamp? ParseProducer(string? producer, string? sequence, string? epoch)
    {
        if (string.IsNullOrEmpty(producer) && string.IsNullOrEmpty(sequence) && string.IsNullOrEmpty(epoch))
        {
            return null;
        }

        if (!KeptProducerStamp.TryParseId(producer ?? "", out var id))
        {
            throw new ApiException(ApiError.Invalid(
                $"'producer' must be a text of 1 to {ProducerStamp.ProducerIdSizeBytesMax} bytes, without U+FFFD.",
                Shape));
        }

        return new KeptProducerStamp(
            id, ParseNumber("producerSequence", sequence), string.IsNullOrEmpty(epoch) ? 0
                : ParseNumber("producerEpoch", epoch));
    }

    private static ulong ParseNumber(string name, string? text) =>
        KeptProducerStamp.TryParseNumber(text, out var value)
            ? value
            : throw new ApiException(ApiError.Invalid($"'{name}' is no number from 0 to 2^64-2.", Shape));

    /// <summary>A text, or a number as it is written; null where there is none.</summary>
    private static string? TextOf(JsonElement element, string name) =>
        !element.TryGetProperty(name, out var member) ? null : member.ValueKind switch
        {
            JsonValueKind.String => member.GetString() is { Length: > 0 } text
                ? text : throw new ApiException(ApiError.Invalid($"'{name}' is empty.", Shape)),
            JsonValueKind.Number => member.GetRawText(),
            JsonValueKind.Null => null,
            _ => throw new ApiException(ApiError.Invalid($"'{name}' is neither a text nor a number.", Shape)),
        };

    private static byte[] ParseKey(JsonElement element) =>
        element.TryGetProperty("key", out var key) && key.ValueKind == JsonValueKind.String
            && key.GetString() is { Length: > 0 and <= KeyLengthMax } text
                ? Encoding.UTF8.GetBytes(text)
                : throw new ApiException(ApiError.Invalid($"'key' must be a text of 1 to {KeyLengthMax} "
                    + "characters.", Shape));

    private static ReadOnlyMemory<byte> ParseData(JsonElement element)
    {
        var hasData = element.TryGetProperty("data", out var data);
        var hasBase64 = element.TryGetProperty("dataBase64", out var base64);
        if (hasData == hasBase64)
        {
            throw new ApiException(ApiError.Invalid("A record needs either 'data' or 'dataBase64'.", Shape));
        }

        if (hasBase64)
        {
            return base64.ValueKind == JsonValueKind.String && base64.TryGetBytesFromBase64(out var bytes)
                ? bytes
                : throw new ApiException(ApiError.Invalid("'dataBase64' is not Base64.", Shape));
        }

        return data.ValueKind switch
        {
            JsonValueKind.Object => SingleLine(data),
            JsonValueKind.Number => Encoding.UTF8.GetBytes($"{{\"value\":{data.GetRawText()}}}"),
            _ => throw new ApiException(ApiError.Invalid("'data' must be a JSON object or a number.", Shape)),
        };
    }

    /// <summary>The object's own bytes, unless they hold a line break: a record is one line.</summary>
    private static ReadOnlyMemory<byte> SingleLine(JsonElement data)
    {
        var raw = JsonMarshal.GetRawUtf8Value(data);
        if (!raw.ContainsAny((byte)'\n', (byte)'\r'))
        {
            return raw.ToArray();
        }

        var buffer = new ArrayBufferWriter<byte>(raw.Length);
        using (var writer = new Utf8JsonWriter(buffer, JsonReply.WriterOptions))
        {
            data.WriteTo(writer);
        }

        return buffer.WrittenMemory;
    }

    private static Timestamp? ParseEventTime(JsonElement element)
    {
        if (!element.TryGetProperty("eventTime", out var eventTime) || eventTime.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        return ParseTime(eventTime.ValueKind == JsonValueKind.String ? eventTime.GetString() : null);
    }

    private static Timestamp ParseTime(string? text)
    {
        const DateTimeStyles Styles = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, Styles, out var time)
            ? Timestamp.From(time)
            : throw new ApiException(ApiError.Invalid("'eventTime' is no ISO 8601 time.", Shape));
    }

    private static UInt128? ParseHashKey(JsonElement element)
    {
        if (!element.TryGetProperty("hashKey", out var hashKey) || hashKey.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        return ParseHashKey(hashKey.ValueKind == JsonValueKind.String ? hashKey.GetString() : null);
    }

    private static UInt128 ParseHashKey(string? text) =>
        UInt128.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new ApiException(ApiError.Invalid("'hashKey' is no number from 0 to 2^128-1.", Shape));
}
