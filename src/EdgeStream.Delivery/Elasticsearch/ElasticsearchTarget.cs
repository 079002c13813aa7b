namespace EdgeStream.Delivery;

/// <summary>Writes records as documents, under ids that are the same whenever they are sent.</summary>
internal sealed class ElasticsearchTarget(
    ElasticsearchDestinationOptions options, string delivery, WireMeter wire) : IRequestTarget
{
    /// <summary>The action's line and the time.</summary>
    private const int RecordOverheadBytes = 256;

    private readonly HttpLink _link = new(options.Link, wire);
    private readonly Uri _uri = new(options.Link.Url.TrimEnd('/') + "/_bulk");
    private readonly ElasticsearchBulkEncoder _encoder = new(options, delivery);

    /// <inheritdoc/>
    public RequestLimits Limits { get; } = new(options.RequestRecords, options.RequestBytes, IsOnePerKey: false);

    /// <inheritdoc/>
    public long SizeOf(DeliveredRecord record) =>
        RecordOverheadBytes + (options.IsLinePayload ? record.Line.Length : record.Data.Length);

    /// <inheritdoc/>
    public async ValueTask<RequestResult> SendAsync(DeliveryRequest request, CancellationToken cancellationToken)
    {
        using var buffer = new BlockBuffer();
        var sent = new List<int>();
        for (var i = 0; i < request.Records.Count; i++)
        {
            if (_encoder.IsDocument(request.Records[i]))
            {
                _encoder.Append(buffer, request.Records[i], request.IdOf(request.Records[i]));
                sent.Add(i);
            }
            else
            {
                request.Verdicts[i] = RecordVerdict.RefusedAs(
                    RejectionReason.InvalidData, "no-document", "the data is no JSON object");
            }
        }

        if (sent.Count == 0)
        {
            return RequestResult.Answered;
        }

        var answer = await _link.PostAsync(
            _uri, buffer, "application/x-ndjson", message => _link.Authorize(message, "ApiKey"),
            cancellationToken);
        return _link.FailureOf(answer) is { } failure ? RequestResult.Failed(failure)
            : !answer.IsSuccess ? _link.RefusalOf(answer)
            : ElasticsearchAnswer.TryRead(answer.Body, request, sent, options.IsCreate) ? RequestResult.Answered
            : RequestResult.Failed(SendResult.Retryable(
                $"{_link.Describe(answer)}: that is no answer to a bulk request."));
    }

    /// <inheritdoc/>
    public void Dispose() => _link.Dispose();
}
