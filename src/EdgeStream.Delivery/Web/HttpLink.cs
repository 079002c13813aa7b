using System.Buffers;
using System.Globalization;
using System.IO.Compression;
using System.Net.Http.Headers;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Text;

namespace EdgeStream.Delivery;

/// <summary>Posts requests to one HTTP server.</summary>
/// <remarks>No proxy, no redirects, no cookies. Thread-safe. The name of the server is looked up anew every two
/// minutes.</remarks>
/// <param name="link">The server.</param>
/// <param name="wire">What goes over the connections is counted and paced there.</param>
/// <param name="secret">What must not stand in any text, beside the link's own secrets.</param>
/// <param name="answerBytesMax">A longer answer counts as none.</param>
internal sealed class HttpLink(
    ServerLink link, WireMeter wire, string? secret = null, int answerBytesMax = HttpLink.AnswerBytesUsual)
    : IDisposable
{
    private const int AnswerBytesUsual = 8 << 20;

    /// <summary>Shorter values of headers are no secrets, and stand in many texts.</summary>
    private const int SecretLengthMin = 6;

    private static readonly TimeSpan ConnectTimeoutMax = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(2);

    private readonly Lock _gate = new();
    private HttpClient? _client;

    /// <summary>Posts a body that is in pooled blocks.</summary>
    /// <param name="uri">Where to.</param>
    /// <param name="body">The body, not compressed yet. Its blocks are abandoned where a connection began to
    /// read them and the server did not take the request: it may still do so when it is given up.</param>
    /// <param name="contentType">Its media type.</param>
    /// <param name="prepare">Adds headers; null for none.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    public async ValueTask<HttpAnswer> PostAsync(
        Uri uri, BlockBuffer body, string contentType, Action<HttpRequestMessage>? prepare,
        CancellationToken cancellationToken)
    {
        using var packed = link.Gzip ? Compress(body.Content()) : null;
        var content = new SequenceContent((packed ?? body).Content());
        var isTaken = false;
        try
        {
            var answer = await SendAsync(uri, content, contentType, prepare, cancellationToken);
            isTaken = answer.IsSuccess;
            return answer;
        }
        finally
        {
            if (!isTaken && content.IsBegun)
            {
                (packed ?? body).Abandon();
            }
        }
    }

    /// <summary>Posts a body.</summary>
    /// <param name="uri">Where to.</param>
    /// <param name="body">The body, not compressed yet.</param>
    /// <param name="contentType">Its media type.</param>
    /// <param name="prepare">Adds headers; null for none.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    public async ValueTask<HttpAnswer> PostAsync(
        Uri uri, ReadOnlyMemory<byte> body, string contentType, Action<HttpRequestMessage>? prepare,
        CancellationToken cancellationToken)
    {
        if (!link.Gzip)
        {
            return await SendAsync(
                uri, new SequenceContent(new ReadOnlySequence<byte>(body)), contentType, prepare, cancellationToken);
        }

        using var blocks = new BlockBuffer();
        blocks.Write(body.Span);
        return await PostAsync(uri, blocks, contentType, prepare, cancellationToken);
    }

    private async ValueTask<HttpAnswer> SendAsync(
        Uri uri, SequenceContent content, string contentType, Action<HttpRequestMessage>? prepare,
        CancellationToken cancellationToken)
    {
        using var limit = wire.Limit(link.TimeoutSeconds, cancellationToken);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, uri);
            request.Content = content;
            request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
            if (link.Gzip)
            {
                request.Content.Headers.ContentEncoding.Add("gzip");
            }

            foreach (var (name, value) in link.Headers.Entries)
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }

            prepare?.Invoke(request);
            using var response = await Client().SendAsync(
                request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            var answer = await ReadAsync(response.Content, limit.Token);
            return answer is null
                ? Without($"{link.Place} answered with more than {answerBytesMax} bytes.")
                : new HttpAnswer(
                    (int)response.StatusCode, answer, RetryAfterOf(response.Headers), response.Headers.Date, null)
                {
                    Headers = response.Headers,
                };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Without($"{link.Place} did not answer within {link.TimeoutSeconds} s.");
        }
        catch (Exception error) when (error is HttpRequestException or IOException or CryptographicException
            or UnauthorizedAccessException)
        {
            if (Innermost(error) is AuthenticationException or CryptographicException)
            {
                Forget();
            }

            return Without($"{link.Place} cannot be reached: {Innermost(error).Message}") with
            {
                IsUnsent = error is HttpRequestException
                {
                    HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
                        or HttpRequestError.SecureConnectionError,
                },
            };
        }
    }

    /// <summary>What a request came to that was not taken, for a reason that no record has; null where the server took
    /// it,
    /// or refused it in words that may mean one of its records (400, 413, 422).</summary>
    public SendResult? FailureOf(HttpAnswer answer)
    {
        if (answer.Problem is not null)
        {
            return answer.NoAnswer;
        }

        if (answer.IsSuccess || answer.Status is 400 or 413 or 422)
        {
            return null;
        }

        var reason = Describe(answer);
        return answer.Status is 408 or 425 or 429 or >= 500
            ? SendResult.Retryable(reason, answer.RetryAfter)
            : SendResult.Rejected($"{reason} {AdviceOf(answer.Status)}");
    }

    /// <summary>The request's refusal where the server says so in words that may mean one of its records.</summary>
    public RequestResult RefusalOf(HttpAnswer answer) => RequestResult.Refused(
        answer.Status == 413 ? RejectionReason.TooLarge : RejectionReason.Refused,
        answer.Status.ToString(CultureInfo.InvariantCulture), Describe(answer));

    /// <summary>The answer in words, without the secrets that it may repeat.</summary>
    public string Describe(HttpAnswer answer) =>
        Redact($"{link.Place} answered {answer.Status}: {answer.ExcerptOf(Redact)}".TrimEnd(' ', ':'));

    /// <summary>A text without secrets.</summary>
    public string Redact(string text)
    {
        text = Without(text, link.Password);
        text = link.UserName is null ? text : Without(text, BasicOf(link));
        text = Without(text, link.Token);
        text = Without(text, secret);
        foreach (var (_, value) in link.Headers.Entries)
        {
            text = value.Length >= SecretLengthMin ? Without(text, value) : text;
        }

        return text;
    }

    /// <summary>Sets the credentials as <c>Basic</c>, or the token behind this scheme.</summary>
    public void Authorize(HttpRequestMessage request, string tokenScheme = "Bearer")
    {
        if (link.UserName is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", BasicOf(link));
        }
        else if (link.Token is { } token)
        {
            request.Headers.TryAddWithoutValidation("Authorization", $"{tokenScheme} {token}");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _client?.Dispose();
        }
    }

    private HttpClient Client()
    {
        lock (_gate)
        {
            return _client ??= Create();
        }
    }

    /// <summary>The next request prepares its connection anew; those under way keep theirs.</summary>
    private void Forget()
    {
        lock (_gate)
        {
            _client = null;
        }
    }

    private HttpClient Create()
    {
        var timeout = TimeSpan.FromSeconds(link.TimeoutSeconds);
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ActivityHeadersPropagator = null,
            PooledConnectionLifetime = ConnectionLifetime,
            ConnectTimeout = timeout < ConnectTimeoutMax ? timeout : ConnectTimeoutMax,
            ConnectCallback = wire.ConnectAsync,
        };
        var uri = new Uri(link.Url);
        if (uri.Scheme == Uri.UriSchemeHttps)
        {
            handler.SslOptions = (link.Tls ?? new ServerTls()).Read(uri.IdnHost);
        }

        return new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>The body; null when it is too long. A body that ends too early is an exception.</summary>
    private async ValueTask<byte[]?> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        var body = new byte[1024];
        var length = 0;
        while (await stream.ReadAsync(body.AsMemory(length), cancellationToken) is var count and > 0)
        {
            length += count;
            if (length > answerBytesMax)
            {
                return null;
            }

            if (length == body.Length)
            {
                Array.Resize(ref body, length * 2);
            }
        }

        return body[..length];
    }

    private static BlockBuffer Compress(ReadOnlySequence<byte> body)
    {
        var compressed = new BlockBuffer();
        using var gzip = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true);
        foreach (var block in body)
        {
            gzip.Write(block.Span);
        }

        return compressed;
    }

    private static TimeSpan? RetryAfterOf(HttpResponseHeaders headers) => headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } when headers.Date is { } now && date > now => date - now,
        _ => null,
    };

    private HttpAnswer Without(string problem) => new(0, [], null, null, Redact(problem));

    private static string BasicOf(ServerLink link) =>
        Convert.ToBase64String(Encoding.UTF8.GetBytes($"{link.UserName}:{link.Password}"));

    private static string Without(string text, string? secret) =>
        string.IsNullOrEmpty(secret) ? text : text.Replace(secret, "***", StringComparison.Ordinal);

    private static string AdviceOf(int status) => status switch
    {
        401 or 403 => "Mend the delivery's credentials, or give them the right to write there.",
        404 or 405 or 410 => "Mend the delivery's url.",
        407 or (>= 300 and <= 399) => "Proxies and redirects are not followed: mend the delivery's url.",
        _ => "Mend the delivery or the server.",
    };

    private static Exception Innermost(Exception error) =>
        error.InnerException is { } inner ? Innermost(inner) : error;
}
