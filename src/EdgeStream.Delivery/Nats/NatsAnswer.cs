using System.Globalization;
using System.Text;
using System.Text.Json;

namespace EdgeStream.Delivery;

/// <summary>Reads what JetStream answers to a message.</summary>
/// <remarks>NATS documentation, "JetStream wire API", <c>io.nats.jetstream.api.v1.pub_ack_response</c>.</remarks>
internal static class NatsAnswer
{
    private const string NoResponders = "NATS/1.0 503";
    private const int MessageTooLarge = 10054;
    private const int ExcerptBytesMax = 200;

    /// <summary>The verdict; a repeated message, which the stream knows by its id, is accepted.</summary>
    public static RecordVerdict Of(NatsMessage message)
    {
        if (message.Headers?.StartsWith(NoResponders, StringComparison.Ordinal) == true)
        {
            return RecordVerdict.Again("503",
                "no stream of JetStream takes the subject, or the one that does has no leader at the moment");
        }

        try
        {
            using var document = JsonDocument.Parse(message.Payload);
            var root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("error", out var error))
            {
                var code = NumberOf(error, "err_code");
                var text = error.TryGetProperty("description", out var description) ? $"{description}" : "";
                var shown = code.ToString(CultureInfo.InvariantCulture);
                return code == MessageTooLarge
                    ? RecordVerdict.RefusedAs(RejectionReason.TooLarge, shown, text)
                    : RecordVerdict.Again(shown, text);
            }

            return root.ValueKind == JsonValueKind.Object && root.TryGetProperty("stream", out _)
                && NumberOf(root, "seq") > 0
                ? Accepted(root) : Unknown(message);
        }
        catch (JsonException)
        {
            return Unknown(message);
        }
    }

    private static RecordVerdict Accepted(JsonElement answer) =>
        answer.TryGetProperty("duplicate", out var isRepeat) && isRepeat.ValueKind == JsonValueKind.True
            ? RecordVerdict.Accepted.AsRepeat() : RecordVerdict.Accepted;

    private static long NumberOf(JsonElement element, string name) =>
        element.TryGetProperty(name, out var number) && number.ValueKind == JsonValueKind.Number
            && number.TryGetInt64(out var value) ? value : 0;

    private static RecordVerdict Unknown(NatsMessage message)
    {
        var excerpt = message.Payload.AsSpan(0, Math.Min(message.Payload.Length, ExcerptBytesMax));
        return RecordVerdict.Again("", $"what answers is not JetStream: {Encoding.UTF8.GetString(excerpt)}");
    }
}
