using System.Globalization;
using System.Text.Json;

namespace EdgeStream.Delivery;

/// <summary>An answer of the collector: <c>{"text":…,"code":…,"ackId":…}</c>.</summary>
/// <param name="Code">The collector's code; 0 for success.</param>
/// <param name="AcknowledgementId">What to ask for; null where the token has no acknowledgement.</param>
internal readonly record struct SplunkAnswer(int Code, long? AcknowledgementId)
{
    /// <summary>Whether one event may be why the request was refused: invalid format, no or blank event, its indexed
    /// fields.</summary>
    public bool IsAboutEvent => Code is 6 or 12 or 13 or 15;

    /// <summary>Whether the token has no acknowledgement.</summary>
    public bool IsWithoutAcknowledgement => Code == 14;

    /// <summary>Reads one; false where the body is none.</summary>
    public static bool TryRead(byte[] body, out SplunkAnswer answer)
    {
        answer = default;
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || NumberOf(root, "code") is not { } code)
            {
                return false;
            }

            answer = new SplunkAnswer((int)code, NumberOf(root, "ackId"));
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Whether an answer of the acknowledgement's endpoint says that this one is indexed.</summary>
    public static bool IsAcknowledged(byte[] body, long id)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("acks", out var acks) && acks.ValueKind == JsonValueKind.Object
                && acks.TryGetProperty(id.ToString(CultureInfo.InvariantCulture), out var state)
                && state.ValueKind == JsonValueKind.True;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static long? NumberOf(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number
            && value.TryGetInt64(out var number) ? number : null;
}
