namespace EdgeStream.Mqtt;

/// <summary>The messages of one connection that are with the host: acknowledged in the order in which they came
/// [MQTT-4.6.0-2] [MQTT-4.6.0-3], whatever the order of decisions.</summary>
/// <remarks>The read loop adds; whoever decides the first in line carries on from there. Nothing is allocated for a
/// message. It goes on after the connection's end, without writing. Bounded by count and bytes: the read loop waits
/// for room.</remarks>
internal sealed class ClientAcknowledgements
{
    private readonly Lock _gate = new();
    private readonly Queue<Pending> _queue = new();
    private readonly AsyncSignal _room = new();
    private readonly PacketSender _sender;
    private readonly MqttClientSession _session;
    private readonly MqttVersion _version;
    private readonly int _countMax;
    private readonly long _bytesMax;
    private readonly Action<Exception> _fail;
    private readonly Action _drain;
    private readonly Action _handOn;
    private long _bytes;
    private bool _isDraining;
    private bool _isBroken;
    private TaskCompletionSource? _idle;

    internal ClientAcknowledgements(
        PacketSender sender, MqttClientSession session, MqttClientOptions options, Action<Exception> fail)
    {
        _sender = sender;
        _session = session;
        _version = options.Version;

        // A 3.1.1 server isn't told the bound, and some 5.0 servers exceed it by a few: neither is read beyond it.
        _countMax = options.ReceiveMaximum;
        _bytesMax = options.InFlightBytesMax;
        _fail = fail;
        _drain = Drain;
        _handOn = () => SocketPoller.HandOn(_drain);
    }

    /// <summary>Messages that wait for their acknowledgement.</summary>
    internal int Count
    {
        get
        {
            lock (_gate)
            {
                return _queue.Count;
            }
        }
    }

    internal bool HasRoom
    {
        get
        {
            lock (_gate)
            {
                return _queue.Count < _countMax && _bytes < _bytesMax;
            }
        }
    }

    internal ValueTask WaitForRoomAsync() => _room.WaitAsync();

    internal void WakeWaiter() => _room.Wake();

    /// <summary>Completes when nothing waits for its acknowledgement.</summary>
    internal Task WhenIdleAsync()
    {
        lock (_gate)
        {
            _idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (!_isDraining)
            {
                _idle.TrySetResult();
            }

            return _idle.Task;
        }
    }

    internal void Add(MqttQos qos, ushort packetId, PublishReceipt receipt, int sizeBytes)
    {
        lock (_gate)
        {
            _queue.Enqueue(new Pending(qos, packetId, receipt, sizeBytes));
            _bytes += sizeBytes;
            if (_isDraining)
            {
                return;
            }

            _isDraining = true;
        }

        Drain();
    }

    private void Drain()
    {
        while (TryTakeDecided(out Pending pending, out Task? undecided))
        {
            if (undecided is not null)
            {
                undecided.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(_handOn);
                break;
            }

            Acknowledge(pending);
        }

        _sender.Wake();
        _room.Wake();
    }

    private bool TryTakeDecided(out Pending pending, out Task? undecided)
    {
        lock (_gate)
        {
            undecided = null;
            if (!_queue.TryPeek(out pending))
            {
                _isDraining = false;
                _idle?.TrySetResult();
                return false;
            }

            if (!pending.Receipt.IsDecided)
            {
                undecided = pending.Receipt.Decision;
                return true;
            }

            _queue.Dequeue();
            _bytes -= pending.SizeBytes;
            return true;
        }
    }

    /// <summary>One at a time, in the order of the queue. After a message that the host could not take nothing is
    /// acknowledged any more: the server sends all of them again.</summary>
    private void Acknowledge(in Pending pending)
    {
        PublishOutcome outcome = pending.Receipt.Outcome;
        if (_isBroken)
        {
            return;
        }

        if (!outcome.IsAccepted && !outcome.IsFinal)
        {
            _isBroken = true;
            _session.Counters.AddRefused();
            _fail(new IOException(
                $"The host could not take a message ({outcome.Reason}); the server keeps it and sends it again."));
            return;
        }

        using PacketSender.Scope scope = _sender.Begin();
        if (scope.Output is not { } output)
        {
            _isBroken = true;
            return;
        }

        AcknowledgementPacket.Write(
            output,
            pending.Qos == MqttQos.AtLeastOnce ? PacketType.Puback : PacketType.Pubrec,
            pending.PacketId,
            outcome.IsAccepted ? MqttReasonCode.Success : AcknowledgementPacket.Sendable(outcome.Reason),
            _version);

        // A refusal of 3.1.1 can't be told: its PUBREC is followed by PUBREL as any other.
        _session.Inbound.Acknowledged(
            pending.PacketId, pending.Qos, outcome.IsAccepted || _version == MqttVersion.V311);
        _session.Counters.AddAcknowledged(outcome.IsAccepted);
    }

    private readonly record struct Pending(MqttQos Qos, ushort PacketId, PublishReceipt Receipt, int SizeBytes);
}
