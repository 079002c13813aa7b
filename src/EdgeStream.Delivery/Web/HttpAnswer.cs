using System.Net.Http.Headers;
using System.Text;

namespace EdgeStream.Delivery;

/// <summary>A server's whole answer to one request, or why there is none.</summary>
/// <param name="Status">The status; 0 where there is no answer.</param>
/// <param name="Body">The body.</param>
/// <param name="RetryAfter">How long the server asked to be left alone.</param>
/// <param name="Date">The server's clock, where it told it.</param>
/// <param name="Problem">Why there is no whole answer, in words; null where there is.</param>
internal readonly record struct HttpAnswer(
    int Status, byte[] Body, TimeSpan? RetryAfter, DateTimeOffset? Date, string? Problem)
{
    private const int ExcerptLengthMax = 300;

    /// <summary>Longer than secrets are: they are taken out of this, and then it is cut.</summary>
    private const int RedactedBytesMax = 16 << 10;

    /// <summary>The answer's headers, without those of its body; null where there is no answer.</summary>
    public HttpResponseHeaders? Headers { get; init; }

    /// <summary>Whether no connection came about, so that nothing was sent.</summary>
    public bool IsUnsent { get; init; }

    /// <summary>Why there is no whole answer, as a failure that passes.</summary>
    public SendResult NoAnswer => SendResult.Retryable(Problem ?? "") with { IsUnsent = IsUnsent };

    /// <summary>Whether the server says that all went well.</summary>
    public bool IsSuccess => Problem is null && Status is >= 200 and <= 299;

    /// <summary>The beginning of the body on one line.</summary>
    /// <param name="redact">Takes secrets out of a text.</param>
    public string ExcerptOf(Func<string, string> redact)
    {
        var whole = redact(Encoding.UTF8.GetString(Body, 0, Math.Min(Body.Length, RedactedBytesMax)));
        var text = whole.AsSpan(0, Math.Min(whole.Length, ExcerptLengthMax)).ToArray();
        for (var i = 0; i < text.Length; i++)
        {
            text[i] = char.IsControl(text[i]) ? ' ' : text[i];
        }

        return new string(text, 0, text is [.., var last] && char.IsHighSurrogate(last) ? text.Length - 1 : text.Length)
            .Trim();
    }
}
