using System.Text;

namespace EdgeStream.Delivery;

/// <summary>Writes records as points.</summary>
/// <remarks>InfluxDB API reference, <c>/write</c> of version 1 and <c>/api/v2/write</c> of version 2. A point that is
/// written again replaces itself. A server that drops points of a request (400) does not name them reliably: the
/// request is
/// halved until they are found.</remarks>
internal sealed class InfluxTarget(InfluxDestinationOptions options, string delivery, WireMeter wire) : IRequestTarget
{
    /// <summary>What a line adds to the data: names, escapes, time.</summary>
    private const int LineOverheadBytes = 128;

    private readonly HttpLink _link = new(options.Link, wire);
    private readonly Uri _uri = UriOf(options);
    private readonly InfluxLineEncoder _encoder = new(options, delivery);

    /// <inheritdoc/>
    public RequestLimits Limits { get; } = new(options.RequestRecords, options.RequestBytes, IsOnePerKey: false);

    /// <inheritdoc/>
    public long SizeOf(DeliveredRecord record) => record.Data.Length + LineOverheadBytes;

    /// <inheritdoc/>
    public async ValueTask<RequestResult> SendAsync(DeliveryRequest request, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        request.AnswerAll(RecordVerdict.Accepted);
        for (var i = 0; i < request.Records.Count; i++)
        {
            if (_encoder.Append(text, request.Records[i]) is { } problem)
            {
                request.Verdicts[i] = RecordVerdict.RefusedAs(RejectionReason.InvalidData, "no-point", problem);
            }
        }

        if (text.Length == 0)
        {
            return RequestResult.Answered;
        }

        using var body = new BlockBuffer();
        Encoding.UTF8.GetBytes(text.ToString(), body);
        var answer = await _link.PostAsync(
            _uri, body, "text/plain; charset=utf-8",
            message => _link.Authorize(message, "Token"), cancellationToken);
        return _link.FailureOf(answer) is { } failure ? RequestResult.Failed(failure)
            : answer.Status == 204 ? RequestResult.Answered
            : answer.IsSuccess
                ? RequestResult.Failed(SendResult.Retryable(
                    $"{_link.Describe(answer)}: only 204 says that points were written."))
            : IsLimit(answer) ? RequestResult.Failed(SendResult.Rejected(
                $"{_link.Describe(answer)} Raise the server's limit, or give the delivery fewer tags."))
            : _link.RefusalOf(answer);
    }

    /// <inheritdoc/>
    public void Dispose() => _link.Dispose();

    /// <summary>Whether version 1 has as many series or values of a tag as it is allowed to: no record is the
    /// reason.</summary>
    private static bool IsLimit(HttpAnswer answer) =>
        answer.Body.AsSpan().IndexOf("max-series-per-database"u8) >= 0
        || answer.Body.AsSpan().IndexOf("max-values-per-tag"u8) >= 0;

    private static Uri UriOf(InfluxDestinationOptions options)
    {
        var server = options.Link.Url.TrimEnd('/');
        if (options.Bucket is { Length: > 0 } bucket)
        {
            return new Uri($"{server}/api/v2/write?org={Uri.EscapeDataString(options.Organization ?? "")}"
                + $"&bucket={Uri.EscapeDataString(bucket)}&precision=ns");
        }

        var policy = options.RetentionPolicy is { Length: > 0 } name ? $"&rp={Uri.EscapeDataString(name)}" : "";
        return new Uri($"{server}/write?db={Uri.EscapeDataString(options.Database ?? "")}{policy}&precision=ns");
    }
}
