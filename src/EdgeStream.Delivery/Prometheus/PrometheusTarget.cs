using System.Globalization;

namespace EdgeStream.Delivery;

/// <summary>Writes records as samples.</summary>
/// <remarks>
/// <para>"Prometheus Remote-Write 1.0 specification". A server that does not take a sample names none and may have
/// taken others of its request, or none: the request is halved until the sample is found. One that it has by then,
/// from a request whose answer was lost, is found by a query, as the server refuses it like any that comes too late.
/// </para>
/// <para>What is not later than a sample of its series in the same request goes in the next one: within a request a
/// server drops it without a word.</para>
/// </remarks>
internal sealed class PrometheusTarget : IRequestTarget
{
    /// <summary>What a sample adds to the data: its time, its series.</summary>
    private const int SampleOverheadBytes = 64;

    /// <summary>Samples in one request at most, but for those of its last record: what is in memory at once.</summary>
    private const int RequestSamplesMax = 5000;

    private const string ContentType = "application/x-protobuf";

    /// <summary>What is wrong with a sample itself, in the words of Prometheus, Cortex and Mimir.</summary>
    private static readonly byte[][] OwnFaults =
    [
        "out of order sample"u8.ToArray(), "out of bounds"u8.ToArray(), "duplicate sample for timestamp"u8.ToArray(),
        "too old sample"u8.ToArray(), "sample-out-of-order"u8.ToArray(), "sample-timestamp-too-old"u8.ToArray(),
        "sample-duplicate-timestamp"u8.ToArray(), "too-far-in-future"u8.ToArray(),
    ];

    /// <summary>What Prometheus 2.42 says with 500, where it takes samples out of order within a window.</summary>
    private static readonly byte[][] OwnFaultsAsFailure = ["too old sample"u8.ToArray()];

    private readonly HttpLink _link;
    private readonly Uri _uri;
    private readonly SampleReader _reader;
    private readonly SampleQuery? _query;

    public PrometheusTarget(PrometheusDestinationOptions options, WireMeter wire)
    {
        _link = new HttpLink(options.Link, wire);
        _uri = new Uri(options.Link.Url);
        _reader = new SampleReader(options);
        _query = options.QueryUri is { } query ? new SampleQuery(_link, query) : null;
        Limits = new RequestLimits(options.RequestRecords, options.RequestBytes, IsOnePerKey: false);
    }

    /// <inheritdoc/>
    public RequestLimits Limits { get; }

    /// <inheritdoc/>
    public long SizeOf(DeliveredRecord record) => record.Data.Length + SampleOverheadBytes;

    /// <inheritdoc/>
    public async ValueTask<RequestResult> SendAsync(DeliveryRequest request, CancellationToken cancellationToken)
    {
        for (var next = 0; next < request.Records.Count;)
        {
            var records = Read(request, ref next);
            if (await SendAsync(request, records, cancellationToken) is { } failure)
            {
                return EndedBy(failure, request);
            }
        }

        return RequestResult.Answered;
    }

    /// <inheritdoc/>
    public void Dispose() => _link.Dispose();

    /// <summary>Reads records from a place on, as many as a request may have samples; those that have none have their
    /// verdict.</summary>
    private List<RecordSamples> Read(DeliveryRequest request, ref int next)
    {
        var records = new List<RecordSamples>();
        for (var count = 0; next < request.Records.Count && count < RequestSamplesMax; next++)
        {
            var samples = new List<PrometheusSample>();
            if (_reader.Read(request.Records[next], samples) is { } problem)
            {
                request.Verdicts[next] = RecordVerdict.RefusedAs(RejectionReason.InvalidData, "no-sample", problem);
            }
            else
            {
                records.Add(new RecordSamples(next, samples));
                count += samples.Count;
            }
        }

        return records;
    }

    /// <summary>Sends records in as many requests as the order of their series takes; null when each has its verdict.
    /// </summary>
    private async ValueTask<SendResult?> SendAsync(
        DeliveryRequest request, List<RecordSamples> records, CancellationToken cancellationToken)
    {
        for (var start = 0; start < records.Count;)
        {
            using var message = new WriteRequest();
            var end = start;
            while (end < records.Count && message.TryAdd(records[end].Samples))
            {
                end++;
            }

            var part = records.GetRange(start, end - start);
            var answer = await _link.PostAsync(_uri, message.ToBody(), ContentType, Prepare, cancellationToken);
            if (FailureOf(answer) is { } failure)
            {
                return failure;
            }

            if (answer.IsSuccess)
            {
                Accept(request, part);
            }
            else if (await SearchAsync(request, part, answer, cancellationToken) is { } ended)
            {
                return ended;
            }

            start = end;
        }

        return null;
    }

    /// <summary>Finds out what of a refused request the server has, and what it does not take.</summary>
    /// <remarks>Nested as often as a request can be halved. Of many records the last is asked for first: where it is
    /// not there, the request was not taken before.</remarks>
    private async ValueTask<SendResult?> SearchAsync(
        DeliveryRequest request, List<RecordSamples> records, HttpAnswer answer, CancellationToken cancellationToken)
    {
        var question = "";
        if (IsOwnFault(answer) && _query is not null)
        {
            if (await AskAsync(records.GetRange(records.Count - 1, 1), cancellationToken) is { } problem)
            {
                if (problem.Outcome == SendOutcome.Retryable)
                {
                    return problem;
                }

                question = $" Whether it is there could not be asked: {problem.Reason}";
            }
            else if (records[^1].IsThere && records.Count > 1)
            {
                return await SendRestAsync(request, records, cancellationToken);
            }
        }

        if (records.Count > 1)
        {
            var half = records.Count / 2;
            return await SendAsync(request, records.GetRange(0, half), cancellationToken)
                ?? await SendAsync(request, records.GetRange(half, records.Count - half), cancellationToken);
        }

        request.Verdicts[records[0].Index] = records[0].IsThere ? RecordVerdict.Accepted
            : VerdictOf(answer, question);
        return null;
    }

    /// <summary>Of records whose last is there, sends those that are not.</summary>
    private async ValueTask<SendResult?> SendRestAsync(
        DeliveryRequest request, List<RecordSamples> records, CancellationToken cancellationToken)
    {
        if (await AskAsync(records, cancellationToken) is { } problem)
        {
            return problem;
        }

        var rest = new List<RecordSamples>();
        foreach (var record in records)
        {
            if (record.IsThere)
            {
                request.Verdicts[record.Index] = RecordVerdict.Accepted;
            }
            else
            {
                rest.Add(record);
            }
        }

        return await SendAsync(request, rest, cancellationToken);
    }

    /// <summary>Asks which records are there with all of their samples; why that is not known.</summary>
    private async ValueTask<SendResult?> AskAsync(List<RecordSamples> records, CancellationToken cancellationToken)
    {
        var bySeries = new Dictionary<string, List<PrometheusSample>>(StringComparer.Ordinal);
        foreach (var record in records)
        {
            foreach (var sample in record.Samples)
            {
                if (!bySeries.TryGetValue(sample.Series, out var samples))
                {
                    bySeries.Add(sample.Series, samples = []);
                }

                samples.Add(sample);
            }
        }

        var missing = new HashSet<PrometheusSample>();
        foreach (var samples in bySeries.Values)
        {
            var isThere = new bool[samples.Count];
            if (await _query!.AskAsync(samples, isThere, cancellationToken) is { } problem)
            {
                return problem;
            }

            for (var i = 0; i < isThere.Length; i++)
            {
                if (!isThere[i])
                {
                    missing.Add(samples[i]);
                }
            }
        }

        foreach (var record in records)
        {
            record.IsThere = true;
            foreach (var sample in record.Samples)
            {
                record.IsThere &= !missing.Contains(sample);
            }
        }

        return null;
    }

    private void Prepare(HttpRequestMessage message)
    {
        message.Content!.Headers.ContentEncoding.Add("snappy");
        message.Headers.TryAddWithoutValidation("X-Prometheus-Remote-Write-Version", "0.1.0");
        message.Headers.TryAddWithoutValidation("User-Agent", "edgestream");
        _link.Authorize(message);
    }

    /// <summary>Some servers refuse a sample with 500, and what is no such server may say 200 to anything.</summary>
    private SendResult? FailureOf(HttpAnswer answer) =>
        IsOwnFault(answer) ? null
        : _link.FailureOf(answer) ?? (answer.IsSuccess && answer.Body.Length > 0
            ? SendResult.Retryable($"{_link.Describe(answer)}: a server that takes samples says no more than that.")
            : null);

    private RecordVerdict VerdictOf(HttpAnswer answer, string question)
    {
        var code = answer.Status.ToString(CultureInfo.InvariantCulture);
        return IsOwnFault(answer)
            ? RecordVerdict.OwnFault(RejectionReason.Refused, code, _link.Describe(answer) + question)
            : RecordVerdict.RefusedAs(
                answer.Status == 413 ? RejectionReason.TooLarge : RejectionReason.Refused, code,
                _link.Describe(answer));
    }

    /// <summary>What was settled before the failure counts.</summary>
    private static RequestResult EndedBy(SendResult failure, DeliveryRequest request)
    {
        var isAny = false;
        foreach (var verdict in request.Verdicts)
        {
            isAny |= verdict.IsAccepted || verdict.IsOwnFault;
        }

        if (!isAny)
        {
            return RequestResult.Failed(failure);
        }

        for (var i = 0; i < request.Verdicts.Length; i++)
        {
            if (request.Verdicts[i].Code is null)
            {
                request.Verdicts[i] = RecordVerdict.Again("", failure.Reason ?? "");
            }
        }

        return RequestResult.Answered;
    }

    private static void Accept(DeliveryRequest request, List<RecordSamples> records)
    {
        foreach (var record in records)
        {
            request.Verdicts[record.Index] = RecordVerdict.Accepted;
        }
    }

    private static bool IsOwnFault(HttpAnswer answer)
    {
        byte[][] faults = answer.Problem is not null ? []
            : answer.Status is 400 or 422 ? OwnFaults
            : answer.Status == 500 ? OwnFaultsAsFailure : [];
        foreach (var words in faults)
        {
            if (answer.Body.AsSpan().IndexOf(words) >= 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The samples of one record of the request.</summary>
    private sealed class RecordSamples(int index, List<PrometheusSample> samples)
    {
        public int Index { get; } = index;

        public List<PrometheusSample> Samples { get; } = samples;

        /// <summary>Whether the server was found to have all of them.</summary>
        public bool IsThere { get; set; }
    }
}
