using System.Globalization;
using Amazon.Runtime;

namespace EdgeStream.Delivery;

/// <summary>Calls the actions of one AWS service that speaks JSON 1.1.</summary>
/// <remarks>A clock of the board that is wrong is told by the server's answer, and corrected from then on.
/// Thread-safe.</remarks>
internal sealed class AwsClient(AwsLink link, string service, WireMeter wire, TimeProvider time) : IDisposable
{
    /// <summary>A signature counts five minutes: what is less needs no correction.</summary>
    private static readonly TimeSpan SkewMin = TimeSpan.FromMinutes(1);

    private readonly ServerLink _server = link.ServerOf(service);
    private readonly HttpLink _http = new(link.ServerOf(service), wire, link.SecretAccessKey);
    private readonly Lock _gate = new();
    private AWSCredentials? _credentials;
    private long _skewTicks;

    /// <summary>Puts records by an action that answers with what became of each.</summary>
    /// <param name="target">The action, as <c>X-Amz-Target</c> has it.</param>
    /// <param name="body">The action's parameters.</param>
    /// <param name="member">The member of the answer that has a result for each record.</param>
    /// <param name="request">The records; has the verdicts afterwards, where each has one.</param>
    /// <param name="prepare">Adds headers, which are not signed; null for none.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>What became of it, and the answer.</returns>
    public async ValueTask<(RequestResult Result, HttpAnswer Answer)> PutAsync(
        string target, BlockBuffer body, string member, DeliveryRequest request,
        Action<HttpRequestMessage>? prepare, CancellationToken cancellationToken)
    {
        var (answer, wrong) = await CallAsync(target, body, prepare, cancellationToken);
        if (wrong is { } result)
        {
            return (result, answer);
        }

        return (AwsRecordResults.TryRead(answer.Body, member, request)
            ? RequestResult.Answered
            : RequestResult.Failed(SendResult.Retryable(
                $"{_http.Describe(answer)} That is no answer to {target.AsSpan(target.IndexOf('.') + 1)}.")), answer);
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    /// <summary>Calls an action; the answer, unless something went wrong that no record is the reason for.</summary>
    private async ValueTask<(HttpAnswer Answer, RequestResult? Wrong)> CallAsync(
        string target, BlockBuffer body, Action<HttpRequestMessage>? prepare, CancellationToken cancellationToken)
    {
        ImmutableCredentials keys;
        try
        {
            keys = await Credentials().GetCredentialsAsync();
        }
        catch (Exception error) when (error is AmazonClientException or IOException or HttpRequestException)
        {
            return (default, RequestResult.Failed(SendResult.Rejected(
                $"There are no credentials for {_server.Place}: {error.Message}")));
        }

        var answer = await PostAsync(target, body, keys, prepare, cancellationToken);
        if (answer.Problem is null && CorrectClock(answer))
        {
            answer = await PostAsync(target, body, keys, prepare, cancellationToken);
            if (answer.Problem is null && CorrectClock(answer))
            {
                return (answer, RequestResult.Failed(SendResult.Retryable(
                    $"{_http.Describe(answer)} Its clock is another one than a moment before.")));
            }
        }

        return (answer, answer.IsSuccess ? null : ResultOf(answer));
    }

    private ValueTask<HttpAnswer> PostAsync(
        string target, BlockBuffer body, ImmutableCredentials keys, Action<HttpRequestMessage>? prepare,
        CancellationToken cancellationToken) => _http.PostAsync(
            new Uri(_server.Url), body, "application/x-amz-json-1.1",
            request =>
            {
                prepare?.Invoke(request);
                AwsSigner.Sign(
                    request, body.Content(), target, keys, link.Region, service,
                    time.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _skewTicks)));
            },
            cancellationToken);

    private AWSCredentials Credentials()
    {
        lock (_gate)
        {
            return _credentials ??= link.FindCredentials();
        }
    }

    /// <summary>Whether the request was refused for its time and is worth another with the server's.</summary>
    private bool CorrectClock(HttpAnswer answer)
    {
        if (answer.IsSuccess || answer.Date is not { } date || AwsError.CodeOf(answer) is not
            ("InvalidSignatureException" or "RequestExpired" or "RequestTimeTooSkewed" or "SignatureDoesNotMatch"
            or "RequestExpiredException"))
        {
            return false;
        }

        var skew = date - time.GetUtcNow();
        var before = TimeSpan.FromTicks(Interlocked.Exchange(ref _skewTicks, skew.Ticks));
        return (skew - before).Duration() > SkewMin;
    }

    private RequestResult ResultOf(HttpAnswer answer)
    {
        if (answer.Problem is not null)
        {
            return RequestResult.Failed(answer.NoAnswer);
        }

        var code = AwsError.CodeOf(answer);
        var reason = _http.Describe(answer);
        if (answer.Status >= 500 || answer.Status is 408 or 429 || AwsError.IsPassing(code))
        {
            return RequestResult.Failed(SendResult.Retryable(reason, answer.RetryAfter));
        }

        if (answer.Status == 413 || code is "ValidationException" or "InvalidArgumentException")
        {
            return RequestResult.Refused(
                answer.Status == 413 ? RejectionReason.TooLarge : RejectionReason.Refused,
                code ?? answer.Status.ToString(CultureInfo.InvariantCulture), reason);
        }

        if (AwsError.IsOfCredentials(code))
        {
            // Whoever renews them writes a file, or gives the machine another role.
            lock (_gate)
            {
                _credentials = null;
            }
        }

        return RequestResult.Failed(SendResult.Rejected($"{reason} {AwsError.AdviceOf(code)}"));
    }
}
