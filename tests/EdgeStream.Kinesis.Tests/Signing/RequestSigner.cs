using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace EdgeStream.Kinesis.Tests.Signing;

/// <summary>Signs requests as a client does, written from the specification alone.</summary>
internal sealed class RequestSigner(string id, string secret)
{
    public string Region { get; init; } = "eu-west-1";

    public string Service { get; init; } = "kinesis";

    /// <summary>Whether the header that names the action is signed.</summary>
    public bool SignsTarget { get; init; } = true;

    /// <summary>Puts the signature into the header.</summary>
    public void Sign(HttpRequestMessage request, byte[] body, DateTimeOffset now, string host)
    {
        var time = now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        request.Headers.Remove("Authorization");
        request.Headers.Remove("X-Amz-Date");
        request.Headers.TryAddWithoutValidation("X-Amz-Date", time);
        var target = string.Join(',', request.Headers.GetValues("X-Amz-Target"));
        var isUnsigned = request.Headers.TryGetValues("x-amz-content-sha256", out _);
        var headers = $"host:{host}\n"
            + (isUnsigned ? "x-amz-content-sha256:UNSIGNED-PAYLOAD\n" : "")
            + $"x-amz-date:{time}\n" + (SignsTarget ? $"x-amz-target:{target}\n" : "");
        var names = "host;" + (isUnsigned ? "x-amz-content-sha256;" : "") + "x-amz-date"
            + (SignsTarget ? ";x-amz-target" : "");
        var payload = isUnsigned ? "UNSIGNED-PAYLOAD" : Hex(SHA256.HashData(body));
        var signature = SignatureOf($"POST\n/\n\n{headers}\n{names}\n{payload}", time);
        request.Headers.TryAddWithoutValidation(
            "Authorization",
            $"AWS4-HMAC-SHA256 Credential={id}/{Scope(time)}, SignedHeaders={names}, Signature={signature}");
    }

    /// <summary>The query of a presigned request.</summary>
    public string Query(byte[] body, DateTimeOffset now, string host, string target, int seconds = 60)
    {
        var time = now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var query = "X-Amz-Algorithm=AWS4-HMAC-SHA256"
            + $"&X-Amz-Credential={Uri.EscapeDataString($"{id}/{Scope(time)}")}"
            + $"&X-Amz-Date={time}&X-Amz-Expires={seconds}&X-Amz-SignedHeaders=host%3Bx-amz-target";
        var canonical = $"POST\n/\n{query}\nhost:{host}\nx-amz-target:{target}\n\nhost;x-amz-target\n"
            + Hex(SHA256.HashData(body));
        return $"?{query}&X-Amz-Signature={SignatureOf(canonical, time)}";
    }

    private string Scope(string time) => $"{time[..8]}/{Region}/{Service}/aws4_request";

    private string SignatureOf(string canonical, string time)
    {
        var hash = Hex(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)));
        var text = $"AWS4-HMAC-SHA256\n{time}\n{Scope(time)}\n{hash}";
        var key = Encoding.UTF8.GetBytes("AWS4" + secret);
        foreach (var part in new[] { time[..8], Region, Service, "aws4_request", text })
        {
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        }

        return Hex(key);
    }

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
