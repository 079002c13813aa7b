using System.Text.Json;

namespace EdgeStream.Kinesis.Tests;

/// <summary>What came back.</summary>
internal sealed record Answer(int Status, JsonElement Body, string Text, HttpResponseMessage Response)
{
    public string Type => Body.ValueKind == JsonValueKind.Object && Body.TryGetProperty("__type", out var type)
        ? type.GetString()!
        : "";

    public string Message => Body.ValueKind != JsonValueKind.Object ? ""
        : Body.TryGetProperty("message", out var message) ? message.GetString()!
        : Body.TryGetProperty("Message", out message) ? message.GetString()!
        : "";

    public static async Task<Answer> OfAsync(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        var body = default(JsonElement);
        if (response.Content.Headers.ContentType?.MediaType is "application/x-amz-json-1.1" or "application/json"
            && text.Length > 0)
        {
            using var document = JsonDocument.Parse(text);
            body = document.RootElement.Clone();
        }

        return new Answer((int)response.StatusCode, body, text, response);
    }

    public override string ToString() => $"{Status} {Text}";
}
