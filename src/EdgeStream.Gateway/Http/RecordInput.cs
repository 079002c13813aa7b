using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using EdgeStream.Storage;

namespace EdgeStream.Gateway.Http;

/// <summary>One record of a POST: <c>{"key","data"}</c> or <c>{"key","dataBase64"}</c>, with an optional
/// <c>eventTime</c>.</summary>
internal readonly record struct RecordInput(byte[] Key, ReadOnlyMemory<byte> Data, Timestamp? EventTime)
{
    private const int KeyLengthMax = 256;
    private const string Shape = "A record is {\"key\":\"…\",\"data\":{…},\"eventTime\":\"2026-01-31T12:00:00Z\"}; "
        + "eventTime is optional.";

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
            if (member.Name is not ("key" or "data" or "dataBase64" or "eventTime"))
            {
                throw new ApiException(ApiError.Invalid($"Unknown member '{member.Name}'.", Shape));
            }
        }

        return new RecordInput(ParseKey(element), ParseData(element), ParseEventTime(element));
    }

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

        const DateTimeStyles Styles = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        return eventTime.ValueKind == JsonValueKind.String
            && DateTimeOffset.TryParse(eventTime.GetString(), CultureInfo.InvariantCulture, Styles, out var time)
                ? Timestamp.From(time)
                : throw new ApiException(ApiError.Invalid("'eventTime' is no ISO 8601 time.", Shape));
    }
}
