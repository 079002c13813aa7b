namespace EdgeStream.Delivery;

/// <summary>An HTTP endpoint that takes requests of several records.</summary>
/// <remarks>
/// <para>Firehose's request: Amazon Data Firehose Developer Guide, "HTTP endpoint delivery request and response
/// specifications", version 1.0. Taken is what was answered with 200 and a JSON object that repeats the request's
/// id.</para>
/// <para>A plain endpoint takes a request with any 2xx; <c>Idempotency-Key</c> names the request.</para>
/// </remarks>
internal sealed class HttpTarget(
    HttpDestinationOptions options, string delivery, WireMeter wire, TimeProvider time) : IRequestTarget
{
    private readonly HttpLink _link = new(options.Link, wire, options.AccessKey);
    private readonly Uri _uri = new(options.Link.Url);
    private readonly HttpRequestEncoder _encoder = new(options);
    private readonly string _attributes = HttpRequestEncoder.AttributesOf(options.CommonAttributes);
    private readonly string _sourceArn = options.SourceArn
        ?? $"arn:aws:firehose:us-east-1:000000000000:deliverystream/{delivery}";

    /// <inheritdoc/>
    public RequestLimits Limits { get; } = new(options.RequestRecords, options.RequestBytes, IsOnePerKey: false);

    /// <inheritdoc/>
    public long SizeOf(DeliveredRecord record) => _encoder.SizeOf(record);

    /// <inheritdoc/>
    public async ValueTask<RequestResult> SendAsync(DeliveryRequest request, CancellationToken cancellationToken)
    {
        var isFirehose = options.Body == HttpBody.Firehose;
        var id = isFirehose ? request.Uuid : request.Id;
        using var body = new BlockBuffer();
        _encoder.Encode(body, request, id, time.GetUtcNow());
        var answer = await _link.PostAsync(
            _uri, body, HttpRequestEncoder.ContentTypeOf(options.Body),
            message => Prepare(message, id, isFirehose, request.Records[0].IsHistorical), cancellationToken);
        if (_link.FailureOf(answer) is { } failure)
        {
            return RequestResult.Failed(failure);
        }

        if (!answer.IsSuccess)
        {
            return _link.RefusalOf(answer);
        }

        return isFirehose && FirehoseAnswer.ProblemOf(answer, id, _link.Redact) is { } problem
            ? RequestResult.Failed(SendResult.Retryable(_link.Redact(
                $"{options.Link.Place} answered {answer.Status}, but {problem}: it counts as not taken.")))
            : request.AnswerAll(RecordVerdict.Accepted);
    }

    /// <inheritdoc/>
    public void Dispose() => _link.Dispose();

    private void Prepare(HttpRequestMessage message, string id, bool isFirehose, bool isHistorical)
    {
        _link.Authorize(message);
        if (isHistorical)
        {
            message.Headers.TryAddWithoutValidation("X-Edgestream-Historical", "true");
        }

        if (!isFirehose)
        {
            message.Headers.TryAddWithoutValidation("Idempotency-Key", id);
            return;
        }

        message.Headers.TryAddWithoutValidation("X-Amz-Firehose-Protocol-Version", "1.0");
        message.Headers.TryAddWithoutValidation("X-Amz-Firehose-Request-Id", id);
        message.Headers.TryAddWithoutValidation("X-Amz-Firehose-Source-Arn", _sourceArn);
        if (options.AccessKey is { } key)
        {
            message.Headers.TryAddWithoutValidation("X-Amz-Firehose-Access-Key", key);
        }

        if (options.CommonAttributes.Entries.Count > 0)
        {
            message.Headers.TryAddWithoutValidation("X-Amz-Firehose-Common-Attributes", _attributes);
        }
    }
}
