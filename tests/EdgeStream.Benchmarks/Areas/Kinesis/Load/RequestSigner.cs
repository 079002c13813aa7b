using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace EdgeStream.Benchmarks.Areas.Kinesis.Load;

/// <summary>Makes the heads of requests, each with its Signature Version 4.</summary>
/// <remarks>Not thread-safe. What follows from the day or the second alone is kept for as long.</remarks>
internal sealed class RequestSigner(int port)
{
    /// <summary>The key that everyone is told.</summary>
    public const string AccessKeyId = "benchmark";

    /// <summary>Its secret part.</summary>
    public const string SecretAccessKey = "benchmark-of-the-kinesis-api";

    private const string ContentType = "application/x-amz-json-1.1";
    private const string Service = "us-east-1/kinesis/aws4_request";
    private const string SignedHeaders = "content-type;host;x-amz-date;x-amz-target";
    private const string TargetPrefix = "Kinesis_20131202.";

    private readonly string _host = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
    private string _day = "";
    private string _time = "";
    private byte[] _key = [];

    /// <summary>The present second, in which a signature of an unchanged body stays as it is.</summary>
    public static long Second => DateTimeOffset.UtcNow.ToUnixTimeSeconds();

    /// <summary>The hash of a body as signatures name it.</summary>
    public static string HashOf(ReadOnlySpan<byte> body) => Convert.ToHexStringLower(SHA256.HashData(body));

    /// <summary>The head of a request, signed for a second.</summary>
    /// <param name="action">What is called.</param>
    /// <param name="bodyHash">The body's hash.</param>
    /// <param name="bodyLength">The body's length.</param>
    /// <param name="second">The second, counted from 1970.</param>
    public byte[] Head(string action, string bodyHash, int bodyLength, long second)
    {
        SetTime(second);
        var canonical = $"POST\n/\n\ncontent-type:{ContentType}\nhost:{_host}\nx-amz-date:{_time}\n"
            + $"x-amz-target:{TargetPrefix}{action}\n\n{SignedHeaders}\n{bodyHash}";
        var text = $"AWS4-HMAC-SHA256\n{_time}\n{_day}/{Service}\n{HashOf(Encoding.ASCII.GetBytes(canonical))}";
        var signature = Convert.ToHexStringLower(HMACSHA256.HashData(_key, Encoding.ASCII.GetBytes(text)));
        return Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"POST / HTTP/1.1\r\nHost: {_host}\r\nContent-Type: {ContentType}\r\nX-Amz-Date: {_time}\r\n"
                + $"X-Amz-Target: {TargetPrefix}{action}\r\nAuthorization: AWS4-HMAC-SHA256 Credential={AccessKeyId}/"
                + $"{_day}/{Service}, SignedHeaders={SignedHeaders}, Signature={signature}\r\n"
                + $"Content-Length: {bodyLength}\r\n\r\n"));
    }

    private void SetTime(long second)
    {
        _time = DateTimeOffset.FromUnixTimeSeconds(second)
            .ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        if (_time.StartsWith(_day, StringComparison.Ordinal) && _day.Length > 0)
        {
            return;
        }

        _day = _time[..8];
        _key = Encoding.ASCII.GetBytes("AWS4" + SecretAccessKey);
        foreach (var part in (string[])[_day, .. Service.Split('/')])
        {
            _key = HMACSHA256.HashData(_key, Encoding.ASCII.GetBytes(part));
        }
    }
}
