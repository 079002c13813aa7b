using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Amazon.Runtime;

namespace EdgeStream.Delivery;

/// <summary>Signs a POST of JSON with AWS Signature Version 4.</summary>
/// <remarks>Format: AWS General Reference, "Create a signed AWS API request". Signed are host, date, target and, where
/// there is one, the session's token, over the body's SHA-256. The path must be one that needs no escapes.</remarks>
internal static class AwsSigner
{
    private const string Algorithm = "AWS4-HMAC-SHA256";

    /// <summary>Adds the headers that the signature needs, and the signature.</summary>
    public static void Sign(
        HttpRequestMessage request, in ReadOnlySequence<byte> body, string target, ImmutableCredentials keys,
        string region, string service, DateTimeOffset now)
    {
        var uri = request.RequestUri!;
        var host = uri.IsDefaultPort
            ? uri.IdnHost : string.Create(CultureInfo.InvariantCulture, $"{uri.IdnHost}:{uri.Port}");
        var date = now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var canonical = $"host:{host}\nx-amz-date:{date}\n";
        var names = "host;x-amz-date";
        Add(request, "X-Amz-Date", date);
        if (keys.UseToken)
        {
            Add(request, "X-Amz-Security-Token", keys.Token);
            canonical += $"x-amz-security-token:{keys.Token}\n";
            names += ";x-amz-security-token";
        }

        Add(request, "X-Amz-Target", target);
        canonical += $"x-amz-target:{target}\n";
        names += ";x-amz-target";
        var asked = $"POST\n{uri.AbsolutePath}\n\n{canonical}\n{names}\n{Hex(HashOf(body))}";
        var scope = $"{date[..8]}/{region}/{service}/aws4_request";
        var text = $"{Algorithm}\n{date}\n{scope}\n{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(asked)))}";
        var key = Encoding.UTF8.GetBytes("AWS4" + keys.SecretKey);
        foreach (var part in scope.Split('/'))
        {
            key = Hash(key, part);
        }

        var signature = Hex(Hash(key, text));
        Add(request, "Authorization",
            $"{Algorithm} Credential={keys.AccessKey}/{scope}, SignedHeaders={names}, Signature={signature}");
    }

    private static void Add(HttpRequestMessage request, string name, string value) =>
        request.Headers.TryAddWithoutValidation(name, value);

    private static byte[] Hash(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));

    private static byte[] HashOf(in ReadOnlySequence<byte> body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var block in body)
        {
            hash.AppendData(block.Span);
        }

        return hash.GetHashAndReset();
    }

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
