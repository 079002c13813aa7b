using System.Globalization;
using System.Text;

namespace EdgeStream.Testing;

/// <summary>The answers of servers, and of what stands before them, that take nothing.</summary>
/// <remarks>Amazon S3 API Reference, "Error responses"; Amazon Kinesis API Reference, "Common Errors".</remarks>
internal static class LinkAnswer
{
    private static readonly TimeSpan Skew = TimeSpan.FromHours(1);

    /// <summary>The bytes of an answer.</summary>
    public static byte[] Of(LinkFault fault, LinkAnswerForm form)
    {
        var now = TimeProvider.System.GetUtcNow() + (fault == LinkFault.ClockSkew ? Skew : TimeSpan.Zero);
        var (status, code, text) = fault switch
        {
            LinkFault.TooManyRequests => (429, "ThrottlingException", "Rate exceeded"),
            LinkFault.ServerError when form == LinkAnswerForm.S3 =>
                (500, "InternalError", "We encountered an internal error. Please try again."),
            LinkFault.ServerError => (500, "InternalFailure", "The request processing has failed."),
            LinkFault.ClockSkew when form == LinkAnswerForm.S3 => (403, "RequestTimeTooSkewed",
                "The difference between the request time and the current time is too large."),
            LinkFault.ClockSkew => (400, "InvalidSignatureException", string.Create(CultureInfo.InvariantCulture,
                $"Signature expired: it is now earlier than {now - TimeSpan.FromMinutes(5):yyyyMMdd'T'HHmmss'Z'}")),
            _ when form == LinkAnswerForm.S3 => (503, "SlowDown", "Please reduce your request rate."),
            _ => (503, "ServiceUnavailable", "The service is unavailable."),
        };
        var body = BodyOf(form, code, text, now);
        var isAskedToWait = fault is LinkFault.TooManyRequests or LinkFault.UnavailableForNow;
        return Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {status} X\r\n")
            + string.Create(CultureInfo.InvariantCulture, $"Date: {now.UtcDateTime:R}\r\n")
            + string.Create(CultureInfo.InvariantCulture, $"Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n")
            + $"Content-Type: {(form == LinkAnswerForm.S3 ? "application/xml" : "application/x-amz-json-1.1")}\r\n"
            + $"{(isAskedToWait ? "Retry-After: 1\r\n" : "")}Connection: close\r\n\r\n{body}");
    }

    private static string BodyOf(LinkAnswerForm form, string code, string text, DateTimeOffset now) => form switch
    {
        LinkAnswerForm.S3 => $"""
            <?xml version="1.0" encoding="UTF-8"?><Error><Code>{code}</Code><Message>{text}</Message>{
                ServerTimeOf(code, now)}<RequestId>0</RequestId></Error>
            """,
        LinkAnswerForm.AwsJson => $$"""{"__type":"{{code}}","message":"{{text}}"}""",
        _ => text,
    };

    private static string ServerTimeOf(string code, DateTimeOffset now) => code == "RequestTimeTooSkewed"
        ? string.Create(
            CultureInfo.InvariantCulture, $"<ServerTime>{now.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}</ServerTime>")
        : "";
}
