using System.Text.Json;

namespace EdgeStream.Delivery;

/// <summary>Reads the answer that Firehose asks of an HTTP endpoint:
/// <c>{"requestId":…,"timestamp":…,"errorMessage":…}</c>.</summary>
internal static class FirehoseAnswer
{
    private const int AnswerBytesMax = 1 << 20;

    /// <summary>Why an answer with 200 does not say that the request was taken; null where it does.</summary>
    public static string? ProblemOf(HttpAnswer answer, string requestId, Func<string, string> redact)
    {
        if (answer.Status != 200)
        {
            return "only 200 says that a request was taken";
        }

        if (answer.Body.Length > AnswerBytesMax)
        {
            return "with more than 1 MiB";
        }

        try
        {
            return IdOf(answer.Body) is not { } id ? $"without 'requestId': {answer.ExcerptOf(redact)}"
                : id != requestId ? $"with 'requestId' {id} for the request {requestId}"
                : null;
        }
        catch (JsonException)
        {
            return $"with what is no JSON: {answer.ExcerptOf(redact)}";
        }
    }

    private static string? IdOf(byte[] body)
    {
        string? id = null;
        var reader = new Utf8JsonReader(body);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return null;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isId = reader.ValueTextEquals("requestId"u8);
            reader.Read();
            if (isId && reader.TokenType == JsonTokenType.String)
            {
                id = reader.GetString();
            }

            reader.Skip();
        }

        return id;
    }
}
