namespace EdgeStream.Delivery;

/// <summary>Posts single messages to one HTTP server, with the limits, certificates and secrets of a
/// destination.</summary>
/// <remarks>Thread-safe. No proxy, no redirects, no cookies; nothing is tried again here. Texts hold no
/// secrets.</remarks>
public sealed class HttpPoster(ServerLink link, TimeProvider time) : IDisposable
{
    private const int AnswerBytesMax = 64 << 10;

    private readonly HttpLink _http = new(link, WireMeter.Unlimited(time), answerBytesMax: AnswerBytesMax);

    /// <summary>Everything about a server that is out of range.</summary>
    public static IReadOnlyList<DefinitionError> Validate(ServerLink link)
    {
        var errors = new List<DefinitionError>();
        link.Validate(errors);
        return errors;
    }

    /// <summary>Posts a body and says whether the server took it (any status from 200 to 299). Rejected is what it
    /// refuses for its content (400, 413, 422); anything else may pass, or be mended by a person.</summary>
    /// <param name="body">The body.</param>
    /// <param name="contentType">Its media type.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    public async ValueTask<SendResult> PostAsync(
        ReadOnlyMemory<byte> body, string contentType, CancellationToken cancellationToken)
    {
        var answer = await _http.PostAsync(
            new Uri(link.Url), body, contentType, request => _http.Authorize(request), cancellationToken);
        if (_http.FailureOf(answer) is { } failure)
        {
            return SendResult.Retryable(failure.Reason!, failure.RetryAfter);
        }

        return answer.IsSuccess ? SendResult.Accepted : SendResult.Rejected(_http.Describe(answer));
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();
}
