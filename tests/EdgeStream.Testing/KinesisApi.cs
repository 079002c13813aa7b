using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace EdgeStream.Testing;

/// <summary>A lean client of the gateway's Kinesis endpoint: JSON 1.1, Signature Version 4, HTTP/1.1.</summary>
/// <remarks>Thread-safe. It tries nothing again.</remarks>
public sealed class KinesisApi(int port, string accessKeyId, string secretAccessKey) : IDisposable
{
    private const string Region = "us-east-1";
    private const string SignedHeaders = "host;x-amz-date;x-amz-target";

    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(30) };

    /// <summary>Calls an action; the version's prefix of the target belongs to the name where it is another
    /// one.</summary>
    /// <exception cref="KinesisApiException">The gateway has answered with an error.</exception>
    /// <exception cref="HttpRequestException">It has not answered.</exception>
    public async Task<JsonElement> CallAsync(string action, string json)
    {
        var target = action.Contains('.', StringComparison.Ordinal) ? action : "Kinesis_20131202." + action;
        var body = Encoding.UTF8.GetBytes(json);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://127.0.0.1:{port}/")
        {
            Content = new ByteArrayContent(body),
        };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/x-amz-json-1.1");
        Sign(request, target, body);
        using var response = await _client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        using var document = JsonDocument.Parse(text.Length == 0 ? "{}" : text);
        var root = document.RootElement;
        return response.StatusCode == HttpStatusCode.OK
            ? root.Clone()
            : throw new KinesisApiException(
                root.TryGetProperty("__type", out var type) ? type.GetString()! : $"{response.StatusCode}", text);
    }

    public void Dispose() => _client.Dispose();

    private void Sign(HttpRequestMessage request, string target, byte[] body)
    {
        var now = TimeProvider.System.GetUtcNow().ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var scope = $"{now[..8]}/{Region}/kinesis/aws4_request";
        var canonical = $"POST\n/\n\nhost:127.0.0.1:{port}\nx-amz-date:{now}\nx-amz-target:{target}\n\n"
            + $"{SignedHeaders}\n{Hex(SHA256.HashData(body))}";
        var toSign = $"AWS4-HMAC-SHA256\n{now}\n{scope}\n{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";
        var key = Encoding.UTF8.GetBytes("AWS4" + secretAccessKey);
        foreach (var part in scope.Split('/'))
        {
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        }

        var signature = Hex(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(toSign)));
        request.Headers.TryAddWithoutValidation("X-Amz-Date", now);
        request.Headers.TryAddWithoutValidation("X-Amz-Target", target);
        request.Headers.TryAddWithoutValidation(
            "Authorization",
            $"AWS4-HMAC-SHA256 Credential={accessKeyId}/{scope}, SignedHeaders={SignedHeaders}, Signature={signature}");
    }

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
