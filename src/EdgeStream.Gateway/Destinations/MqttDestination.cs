using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using EdgeStream.Delivery;
using EdgeStream.Mqtt;

namespace EdgeStream.Gateway.Destinations;

/// <summary>Publishes each record of an object as a message of its own.</summary>
/// <remarks>
/// <para>An object is accepted when the server has acknowledged or refused for good every one of its records. What was
/// is not sent again: as long as the gateway runs, and after a crash what is durable of it, all but that of the last
/// second. Messages on their way wait over lost connections: they go out again as duplicates, in their order; after a
/// restart in a new session, under the same message ids.</para>
/// <para>A record that the server refuses for a reason of the record's own is rejected: it never gets there, and those
/// behind it go on. Whether it is the record's own <see cref="RefusalJudge"/> tells: until then those of other topics
/// behind it are sent, 16 at most that are refused, too. One that it refuses for now, or for a reason that someone can
/// mend, is sent again with each attempt, and nothing behind it is begun.</para>
/// <para>Thread-safe. Connects with the first object.</para>
/// </remarks>
internal sealed class MqttDestination : IDestination
{
    private const int PacketOverheadBytes = 32;
    private const int PropertyOverheadBytes = 5;
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(1);

    private readonly MqttDestinationOptions _options;
    private readonly string _delivery;
    private readonly WireMeter _wire;
    private readonly TimeProvider _time;
    private readonly MqttReconnectingClient _link;
    private readonly Lock _gate = new();

    /// <summary>The objects under way, as long as anyone sends them.</summary>
    private readonly ConditionalWeakTable<RecordProgress, BatchProgress> _batches = [];
    private readonly RefusalJudge _judge = new();

    /// <summary>The connection that the judge knows.</summary>
    private MqttClient? _judged;
    private bool _isStarted;

    /// <summary>Prepares the connection.</summary>
    public MqttDestination(
        MqttDestinationOptions options, string delivery, WireMeter wire, TimeProvider time, ILogger logger)
    {
        _wire = wire;
        _options = options;
        _delivery = delivery;
        _time = time;
        _link = new MqttReconnectingClient(
            new MqttReconnectOptions
            {
                Name = $"Delivery '{delivery}'",
                Host = options.Link.Host,
                Port = options.Link.Port,
                Connect = session => options.Link.OptionsOf(session, time),
                SendMaximum = options.SendMaximum,
                IsFirstStartClean = true,
                CapDelay = options.Link.ReconnectMax,
                Time = time,
            },
            logger);
    }

    /// <inheritdoc/>
    public long RemovedObjects => 0;

    /// <inheritdoc/>
    public bool KeepsOnTheWay => true;

    /// <inheritdoc/>
    public async ValueTask<SendResult> SendAsync(DeliveryObject item, CancellationToken cancellationToken)
    {
        var series = MessageNames.SeriesOf(item.Name, _delivery);
        var batch = BatchOf(item);
        batch.Begin();
        if (!await SettleAsync(batch, 0, cancellationToken))
        {
            return NoAnswer();
        }

        // Each pass over the object settles what the one before has passed over something for, or is the last.
        do
        {
            batch.HasPassedOver = false;
            if (await PassAsync(item, batch, series, cancellationToken) is { } failure)
            {
                return failure;
            }
        }
        while (batch is { HasPassedOver: true, HasFailed: false, Unproven.Count: 0 });
        return ResultOf(batch);
    }

    /// <inheritdoc/>
    public bool KnowsObjects => false;

    /// <summary>A server does not tell what it was sent: an object that was not accepted here is sent again.</summary>
    public ValueTask<SendResult> FindAsync(string objectName, CancellationToken cancellationToken) =>
        ValueTask.FromResult(SendResult.Absent);

    /// <inheritdoc/>
    public void Dispose() => _ = CloseAsync();

    private async Task CloseAsync()
    {
        await _link.StopAsync(StopTime);
        await _link.DisposeAsync();
    }

    /// <summary>Sends what is open, as far as nothing goes wrong; null when all that was sent is answered.</summary>
    private async Task<SendResult?> PassAsync(
        DeliveryObject item, BatchProgress batch, string series, CancellationToken cancellationToken)
    {
        var records = batch.Records;
        var rest = item.Content;
        var isThrough = false;
        for (var line = 0; MayGoOn(batch); line++)
        {
            if (!DeliveredRecord.TryReadLine(ref rest, out var text))
            {
                isThrough = true;
                records.End();
                break;
            }

            if (records.IsSettled(line))
            {
                continue;
            }

            var record = DeliveredRecord.Read(text);
            if (!records.MayBegin(record.Sequence))
            {
                isThrough = true;
                break;
            }

            if (!records.Begin(line, record.Sequence, record.SubSequence))
            {
                continue;
            }

            var message = MessageOf(record, series);
            if (batch.IsUnproven(message.Topic))
            {
                batch.HasPassedOver = true;
                continue;
            }

            if (await ConnectionAsync(cancellationToken) is not { } client)
            {
                return NoConnection();
            }

            await _wire.SendingAsync(SizeOf(message), cancellationToken);

            if (batch.HasFailedOnTheWay)
            {
                break;
            }

            batch.InFlight.Enqueue(
                new MessageUnderWay(line, record, message.Topic, PublishAsync(client, message, cancellationToken)));
            if (!await SettleAsync(batch, _options.SendMaximum - 1, cancellationToken))
            {
                return NoAnswer();
            }

            await records.SaveIfDueAsync();
        }

        batch.HasPassedOver |= !isThrough;
        return await SettleAsync(batch, 0, cancellationToken) ? null : NoAnswer();
    }

    private static bool MayGoOn(BatchProgress batch) =>
        !batch.HasFailed && batch.Unproven.Count < RefusalJudge.RefusalsInARowMax;

    private static Task<MqttReasonCode> PublishAsync(
        MqttClient client, MqttMessage message, CancellationToken cancellationToken)
    {
        try
        {
            return client.PublishAsync(message, cancellationToken);
        }
        catch (Exception error)
        {
            return Task.FromException<MqttReasonCode>(error);
        }
    }

    /// <summary>About what the packet takes: MQTT 5.0, 3.3, with TCP's stream and nothing below it.</summary>
    private static int SizeOf(MqttMessage message)
    {
        var size = PacketOverheadBytes + Encoding.UTF8.GetByteCount(message.Topic) + message.Payload.Length;
        foreach (var property in message.UserProperties)
        {
            size += PropertyOverheadBytes + Encoding.UTF8.GetByteCount(property.Name)
                + Encoding.UTF8.GetByteCount(property.Value);
        }

        return size;
    }

    private MqttMessage MessageOf(DeliveredRecord record, string series) => new()
    {
        Topic = TopicTemplate.Fill(_options.Topic, _delivery, record.Stream, record.Shard, record.Key),
        Payload = _options.IsLinePayload ? record.Line : record.Data,
        Qos = _options.Qos,
        Retain = _options.Retain,
        ContentType = _options.IsLinePayload || record.IsJson ? "application/json" : "application/octet-stream",
        UserProperties = record.IsHistorical
            ? [.. PropertiesOf(record, series), new MqttUserProperty(MessageNames.Historical, "true")]
            : PropertiesOf(record, series),
    };

    private static MqttUserProperty[] PropertiesOf(DeliveredRecord record, string series) =>
    [
        new MqttUserProperty(MessageNames.Id, MessageNames.IdOf(series, record.Sequence, record.SubSequence)),
        new MqttUserProperty(MessageNames.Key, TopicTemplate.Plain(record.Key)),
        new MqttUserProperty(MessageNames.EventTime, record.EventTime),
    ];

    private BatchProgress BatchOf(DeliveryObject item)
    {
        lock (_gate)
        {
            if (!_isStarted)
            {
                _isStarted = true;
                _link.Start();
            }

            return _batches.GetValue(item.Records, records => new BatchProgress(records, IsHeldUp));
        }
    }

    private async Task<MqttClient?> ConnectionAsync(CancellationToken cancellationToken)
    {
        try
        {
            var client = await _link.WaitForConnectionAsync(cancellationToken).WaitAsync(_options.Timeout, _time);
            lock (_gate)
            {
                if (_judged != client)
                {
                    _judged = client;
                    _judge.Reset();
                }
            }

            return client;
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    /// <summary>Waits for answers until at most so many are missing; false where none comes in time, which leaves them
    /// to the next attempt.</summary>
    private async Task<bool> SettleAsync(
        BatchProgress batch, int inFlightMax, CancellationToken cancellationToken)
    {
        while (batch.InFlight.TryPeek(out var next)
            && (batch.InFlight.Count > inFlightMax || batch.HasFailed || next.Answer.IsCompleted))
        {
            try
            {
                var reason = await next.Answer.WaitAsync(_options.Timeout, _time, cancellationToken);
                if (reason < MqttReasonCode.UnspecifiedError)
                {
                    batch.Records.Accept(next.Line);
                    _judge.Take(next.Topic);
                    RejectProven(batch);
                }
                else if (batch.Records.CanReject && ReasonOf(reason) is { } own)
                {
                    Doubt(batch, next, own, CodeOf(reason), $"The server answered {reason}.");
                }
                else
                {
                    Refuse(batch, next.Record, reason.ToString(), IsPassing(reason));
                }
            }
            catch (TimeoutException)
            {
                return false;
            }
            catch (ArgumentException error) when (batch.Records.CanReject && IsTopicOfRecord)
            {
                Doubt(
                    batch, next, RejectionReason.InvalidName, CodeOf(MqttReasonCode.TopicNameInvalid), error.Message);
            }
            catch (ArgumentException error)
            {
                Refuse(batch, next.Record, error.Message, isPassing: false);
            }
            catch (IOException error)
            {
                batch.Lost ??= error.Message;
            }

            batch.InFlight.Dequeue();
        }

        return true;
    }

    /// <summary>Notes what may be a record's own fault, and rejects it if that is known already.</summary>
    private void Doubt(
        BatchProgress batch, MessageUnderWay message, RejectionReason reason, string code, string text)
    {
        batch.Unproven.Add(new RefusedMessage(message.Line, message.Record, message.Topic, reason, code, text));
        RejectProven(batch);
    }

    /// <summary>Rejects what is known to be refused for its own fault by now.</summary>
    private void RejectProven(BatchProgress batch)
    {
        for (var at = 0; at < batch.Unproven.Count;)
        {
            var message = batch.Unproven[at];
            var isLarge = message.Reason == RejectionReason.TooLarge
                && message.Record.Line.Length >= RefusalJudge.LargeBytesMin;
            if (!isLarge && !_judge.MayReject(message.IsOfTopic ? message.Topic : null))
            {
                at++;
                continue;
            }

            batch.Unproven.RemoveAt(at);
            batch.Records.Reject(
                message.Line, message.Record.SubSequence, message.Reason, message.Code, message.Message);
        }
    }

    /// <summary>Whether the topic follows from the record: only then is what is wrong with it the record's.</summary>
    private bool IsTopicOfRecord => _options.Topic.Contains("{key}", StringComparison.Ordinal);

    /// <summary>What of the record itself a server refuses for good; null where it may take it another time, or someone
    /// can mend what is wrong: rights and names that all records share, what the server does not do at all.</summary>
    private RejectionReason? ReasonOf(MqttReasonCode reason) => reason switch
    {
        MqttReasonCode.PacketTooLarge => RejectionReason.TooLarge,
        MqttReasonCode.PayloadFormatInvalid => RejectionReason.InvalidData,
        MqttReasonCode.TopicNameInvalid when IsTopicOfRecord => RejectionReason.InvalidName,
        MqttReasonCode.NotAuthorized when IsTopicOfRecord => RejectionReason.NotAuthorized,
        _ => null,
    };

    private bool IsHeldUp(MqttReasonCode reason, bool canReject) =>
        reason >= MqttReasonCode.UnspecifiedError && (!canReject || ReasonOf(reason) is null);

    private static string CodeOf(MqttReasonCode reason) =>
        string.Create(CultureInfo.InvariantCulture, $"0x{(int)reason:X2}");

    private static void Refuse(BatchProgress batch, DeliveredRecord record, string reason, bool isPassing)
    {
        batch.Refused++;
        batch.IsRefusalPassing &= isPassing;
        batch.RefusedReason ??= $"sequence {record.Sequence} of {record.Shard}, key '{record.Key}': {reason}";
    }

    private static bool IsPassing(MqttReasonCode reason) => reason
        is MqttReasonCode.UnspecifiedError or MqttReasonCode.ImplementationSpecificError
        or MqttReasonCode.ServerBusy or MqttReasonCode.QuotaExceeded or MqttReasonCode.MessageRateTooHigh;

    private static SendResult ResultOf(BatchProgress batch)
    {
        if (batch.Refused > 0)
        {
            var text = $"The server refuses {batch.Refused} of the records that were sent, the first of them "
                + $"{batch.RefusedReason}. The others of them are not sent again; those behind them wait.";
            return batch.IsRefusalPassing ? SendResult.Retryable(text) : SendResult.Rejected(text);
        }

        if (batch.Lost is not null || batch.Unproven.Count == 0)
        {
            return batch.Lost is null ? SendResult.Accepted : SendResult.Retryable(batch.Lost);
        }

        var first = batch.Unproven[0];
        return SendResult.Unproven(
            $"The server refuses {batch.Unproven.Count} of the records that were sent, the first of them sequence "
            + $"{first.Record.Sequence} of {first.Record.Shard}, key '{first.Record.Key}': {first.Message} Nothing "
            + "tells that the fault is the records' own, as it has taken no other since it was connected, or has taken "
            + "some of the same topic: they are tried again, those behind them wait.");
    }

    private SendResult NoConnection() => SendResult.Retryable(
        _link.Status.Problem ?? $"There is no connection to {_options.Link.Target} yet.");

    private SendResult NoAnswer() => _link.Status.IsConnected
        ? SendResult.Retryable($"{_options.Link.Target} has not acknowledged for {_options.Timeout.TotalSeconds:F0} s.")
        : NoConnection();
}
