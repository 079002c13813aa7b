namespace EdgeStream.Delivery;

/// <summary>One attempt to take the open records of one object to a server. Not thread-safe.</summary>
internal sealed class RequestAttempt(
    IRequestTarget target, RefusalLimit refusals, SpareRecords spares, DeliveryObject item, string series)
{
    /// <summary>Refused records that may turn out to be the server's fault: more end the attempt.</summary>
    private const int DoubtfulMax = RecordProgress.RejectionsMax;

    private readonly List<DeliveredRecord> _collected = [];
    private readonly HashSet<string> _keys = new(StringComparer.Ordinal);
    private readonly List<(DeliveredRecord Record, RecordVerdict Verdict)> _doubtful = [];
    private readonly Stack<DeliveredRecord> _spare = spares.TakeAll();
    private long _collectedBytes;

    /// <summary>Lines from this one on were never sent before.</summary>
    private readonly int _firstNewLine = item.Records.MayBeThere ? int.MaxValue : item.Records.SentLines;

    /// <summary>Sends until all is settled or something went wrong; only once.</summary>
    public async ValueTask<SendResult> RunAsync(CancellationToken cancellationToken)
    {
        var result = await SendAllAsync(cancellationToken);
        spares.GiveBack(_spare);
        return result;
    }

    private async ValueTask<SendResult> SendAllAsync(CancellationToken cancellationToken)
    {
        var records = item.Records;
        var rest = item.Content;
        var isWhole = true;
        for (var line = 0; DeliveredRecord.TryReadLine(ref rest, out var text); line++)
        {
            if (records.IsSettled(line))
            {
                continue;
            }

            var record = DeliveredRecord.ReadInPlace(text, line, _spare.TryPop(out var spare) ? spare : null);
            if (!records.MayBegin(record.Sequence))
            {
                isWhole = false;
                break;
            }

            if (!records.Begin(line, record.Sequence, record.SubSequence))
            {
                continue;
            }

            var size = target.SizeOf(record);
            if (!Fits(record, size) && await FlushAsync(cancellationToken) is { } failed)
            {
                return failed;
            }

            _collected.Add(record);
            if (target.Limits.IsOnePerKey)
            {
                _keys.Add(record.Key);
            }

            _collectedBytes += size;
        }

        if (isWhole)
        {
            records.End();
        }

        if (await FlushAsync(cancellationToken) is { } failure)
        {
            return failure;
        }

        if (_doubtful.Count == 0)
        {
            return SendResult.Accepted;
        }

        // All of them or none: an object of which nothing is settled can still be made anew with what has come since.
        if (!IsProven && !(records.CanReject && refusals.MayRejectAll(_doubtful.Count)))
        {
            return HeldUp();
        }

        PutAside();
        return SendResult.Accepted;
    }

    /// <summary>Whether the server takes records of this object: what it refuses of it is a record's own fault. Told by
    /// earlier attempts too, as what they took is not sent again, and the rest would wait for ever.</summary>
    private bool IsProven => item.Records is { CanReject: true, HasAccepted: true };

    private bool Fits(DeliveredRecord record, long size)
    {
        var limits = target.Limits;
        return _collected.Count == 0
            || (_collected.Count < Math.Min(limits.RecordsMax, refusals.RecordsMax)
                && _collectedBytes + size <= limits.BytesMax
                && !(limits.IsOnePerKey && _keys.Contains(record.Key))
                && target.Join(_collected[0], record));
    }

    /// <summary>Sends what is collected; null when the attempt goes on.</summary>
    private async ValueTask<SendResult?> FlushAsync(CancellationToken cancellationToken)
    {
        if (_collected.Count == 0)
        {
            return null;
        }

        DeliveredRecord[] records = [.. _collected];
        _collected.Clear();
        _keys.Clear();
        _collectedBytes = 0;
        var failed = await SendAsync(records, cancellationToken);
        if (failed is null && _doubtful.Count == 0)
        {
            Spare(records);
        }

        return failed;
    }

    /// <summary>Keeps records that are settled for others to be read into.</summary>
    private void Spare(DeliveredRecord[] records)
    {
        for (var i = 0; i < records.Length && _spare.Count < SpareRecords.RecordsMax; i++)
        {
            records[i].Clear();
            _spare.Push(records[i]);
        }
    }

    /// <remarks>Nested as often as a request can be halved.</remarks>
    private async ValueTask<SendResult?> SendAsync(DeliveredRecord[] records, CancellationToken cancellationToken)
    {
        var request = new DeliveryRequest(series, records);
        var sentBefore = item.Records.SentLines;
        item.Records.SentLines = Math.Max(sentBefore, records[^1].LineNumber + 1);
        var result = await target.SendAsync(request, cancellationToken);
        if (result.Failure is { IsUnsent: true })
        {
            item.Records.SentLines = sentBefore;
        }

        if (result.Failure is { } failure)
        {
            return failure;
        }

        if (result.Refusal is not { } refusal)
        {
            return await TakeAsync(request);
        }

        if (refusal.Refused == RejectionReason.TooLarge)
        {
            refusals.TooLarge(records.Length);
        }

        if (records.Length == 1)
        {
            request.AnswerAll(refusal);
            return await TakeAsync(request);
        }

        var half = records.Length / 2;
        return await SendAsync(records[..half], cancellationToken)
            ?? await SendAsync(records[half..], cancellationToken);
    }

    private async ValueTask<SendResult?> TakeAsync(DeliveryRequest request)
    {
        var accepted = 0;
        var again = 0;
        var first = -1;
        var known = -1;
        for (var i = 0; i < request.Records.Count; i++)
        {
            var verdict = request.Verdicts[i];
            if (verdict.IsRepeat && (!verdict.IsAccepted || request.Records[i].LineNumber >= _firstNewLine))
            {
                known = known < 0 ? i : known;
            }
            else if (verdict.IsAccepted)
            {
                item.Records.Accept(request.Records[i].LineNumber);
                accepted++;
            }
            else if (verdict.IsOwnFault && item.Records.CanReject)
            {
                Reject(request.Records[i], verdict);
            }
            else if (verdict.Refused is not null)
            {
                _doubtful.Add((request.Records[i], verdict));
            }
            else
            {
                again++;
                first = first < 0 ? i : first;
            }
        }

        if (accepted > 0)
        {
            refusals.Take(accepted);
        }

        if (IsProven && (accepted > 0 || _doubtful.Count >= DoubtfulMax))
        {
            PutAside();
        }

        await (target.SavesEveryRequest ? item.Records.SaveAsync() : item.Records.SaveIfDueAsync());
        if (known >= 0)
        {
            return SetBack(request.Records[known]);
        }

        if (_doubtful.Count > (item.Records.CanReject ? DoubtfulMax : 0))
        {
            return HeldUp();
        }

        return again == 0 ? null : SendResult.Retryable(
            $"The server did not take {again} of {request.Records.Count} records, the first of them "
            + $"{Describe(request.Records[first])}: {request.Verdicts[first].Code} {request.Verdicts[first].Message}");
    }

    private void PutAside()
    {
        foreach (var (record, verdict) in _doubtful)
        {
            Reject(record, verdict);
        }

        _doubtful.Clear();
    }

    private void Reject(DeliveredRecord record, RecordVerdict verdict) => item.Records.Reject(
        record.LineNumber, record.SubSequence, verdict.Refused ?? RejectionReason.Refused, verdict.Code ?? "",
        verdict.Message ?? "");

    private SendResult HeldUp()
    {
        var (record, verdict) = _doubtful[0];
        var reason = $"The server refuses {_doubtful.Count} records, the first of them {Describe(record)}: "
            + $"{verdict.Code} {verdict.Message} ";
        return item.Records.CanReject
            ? SendResult.Unproven(
                reason + "It takes no other either, so they are not put aside: mend the server or the delivery.")
            : SendResult.Rejected(reason + "Without an error stream they hold up what is behind them.");
    }

    /// <remarks>What was sent but for an answer is among the server's newest, as requests go one after
    /// another.</remarks>
    private static SendResult SetBack(DeliveredRecord record) => SendResult.Retryable(
        $"The server has another record under the id of {Describe(record)}, or later ones, which were never sent.") with
    {
        IsSetBack = true,
    };

    private static string Describe(DeliveredRecord record) =>
        $"sequence {record.Sequence} of {record.Shard}, key '{record.Key}'";
}
