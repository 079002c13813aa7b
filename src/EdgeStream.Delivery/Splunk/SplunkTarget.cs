using System.Globalization;
using System.Text;

namespace EdgeStream.Delivery;

/// <summary>Sends records as events, and waits until the indexer has acknowledged them.</summary>
/// <remarks>Splunk documentation, "HTTP Event Collector REST API endpoints" and "About HTTP Event Collector Indexer
/// Acknowledgment". The channel is new with each start. Splunk does not recognise an event that comes again.</remarks>
internal sealed class SplunkTarget(SplunkDestinationOptions options, string delivery, WireMeter wire, TimeProvider time)
    : IRequestTarget
{
    private const int RecordOverheadBytes = 256;
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);

    private readonly HttpLink _link = new(options.Link, wire);
    private readonly string _channel = Guid.NewGuid().ToString();
    private readonly Uri _events = new(options.Link.Url.TrimEnd('/') + "/services/collector/event");
    private readonly Uri _acknowledgements = new(options.Link.Url.TrimEnd('/') + "/services/collector/ack");
    private volatile bool _isAcknowledging;
    private readonly SplunkEventEncoder _encoder = new(options, delivery);

    /// <inheritdoc/>
    public RequestLimits Limits { get; } = new(options.RequestRecords, options.RequestBytes, IsOnePerKey: false);

    /// <inheritdoc/>
    /// <remarks>What is not acknowledged yet may be indexed already.</remarks>
    public bool KeepsOnTheWay => options.HasAcknowledgement;

    /// <inheritdoc/>
    public long SizeOf(DeliveredRecord record) =>
        RecordOverheadBytes + (options.IsLinePayload ? record.Line.Length : record.Data.Length);

    /// <inheritdoc/>
    public async ValueTask<RequestResult> SendAsync(DeliveryRequest request, CancellationToken cancellationToken)
    {
        if (options.HasAcknowledgement && !_isAcknowledging && await ProbeAsync(cancellationToken) is { } problem)
        {
            return RequestResult.Failed(problem);
        }

        using var buffer = new BlockBuffer();
        foreach (var record in request.Records)
        {
            _encoder.Append(buffer, record, request.IdOf(record));
        }

        var answer = await _link.PostAsync(
            _events, buffer, "application/json", Prepare, cancellationToken);
        if (_link.FailureOf(answer) is { } failure)
        {
            return RequestResult.Failed(failure);
        }

        if (!SplunkAnswer.TryRead(answer.Body, out var said))
        {
            return answer.Status == 413 ? _link.RefusalOf(answer)
                : RequestResult.Failed(SendResult.Retryable(
                    $"{_link.Describe(answer)}: that is no answer of a collector."));
        }

        if (!answer.IsSuccess || said.Code != 0)
        {
            return answer.Status == 413 || said.IsAboutEvent ? _link.RefusalOf(answer)
                : RequestResult.Failed(SendResult.Rejected(
                    $"{_link.Describe(answer)} Mend the delivery or the token."));
        }

        if (!options.HasAcknowledgement)
        {
            return request.AnswerAll(RecordVerdict.Accepted);
        }

        return said.AcknowledgementId is { } id
            ? await WaitAsync(request, id, cancellationToken)
            : RequestResult.Failed(SendResult.Rejected(
                $"{options.Link.Place} has taken events without an acknowledgement: enable it for the token, or set "
                + "'acknowledgement' to false."));
    }

    /// <inheritdoc/>
    public void Dispose() => _link.Dispose();

    /// <summary>Asks for an acknowledgement before the first events: without them each attempt would index the events
    /// once more. Why none are given; null where they may be.</summary>
    private async ValueTask<SendResult?> ProbeAsync(CancellationToken cancellationToken)
    {
        var answer = await _link.PostAsync(
            _acknowledgements, QuestionOf(0), "application/json", Prepare, cancellationToken);
        if (_link.FailureOf(answer) is { } failure)
        {
            return failure;
        }

        if (answer.Status == 400 && SplunkAnswer.TryRead(answer.Body, out var said) && said.IsWithoutAcknowledgement)
        {
            return SendResult.Rejected(
                $"{_link.Describe(answer)}: enable acknowledgement for the token, or set 'acknowledgement' to false.");
        }

        _isAcknowledging = answer.IsSuccess;
        return null;
    }

    private static byte[] QuestionOf(long id) =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"acks\":[{id}]}}"));

    private void Prepare(HttpRequestMessage message)
    {
        _link.Authorize(message, "Splunk");
        message.Headers.TryAddWithoutValidation("X-Splunk-Request-Channel", _channel);
    }

    private async ValueTask<RequestResult> WaitAsync(
        DeliveryRequest request, long id, CancellationToken cancellationToken)
    {
        var question = QuestionOf(id);
        var began = time.GetTimestamp();
        var last = "";
        while (time.GetElapsedTime(began) < TimeSpan.FromSeconds(options.AcknowledgementSeconds))
        {
            var answer = await _link.PostAsync(
                _acknowledgements, question, "application/json", Prepare, cancellationToken);
            if (answer.IsSuccess && SplunkAnswer.IsAcknowledged(answer.Body, id))
            {
                return request.AnswerAll(RecordVerdict.Accepted);
            }

            last = answer.Problem ?? _link.Describe(answer);
            await Task.Delay(PollInterval, time, cancellationToken);
        }

        return RequestResult.Failed(SendResult.Retryable(
            $"{options.Link.Place} has not acknowledged within {options.AcknowledgementSeconds} s: {last}"));
    }
}
