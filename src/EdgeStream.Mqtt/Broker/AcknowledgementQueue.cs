namespace EdgeStream.Mqtt;

/// <summary>The messages of one connection that are with the host or the journal: acknowledged in their order, whatever
/// the order of decisions.</summary>
/// <remarks>
/// Two lines, one behind the other. A message that is decided and first in the first goes to its subscribers; where
/// something of it is kept over a restart it stands in the second until that is durable, and so does what comes behind
/// it. So the messages of a connection, and those of many, share the journal's commits. One thread adds (the
/// connection's read loop); whoever makes the first message in a line ready carries on from there. Nothing runs and
/// nothing is allocated while nothing is ready, and nothing enters the second line while nothing is kept. Bounded by
/// count and bytes of both: the read loop waits for room, and so does the publisher's socket. It goes on when the
/// connection is gone, as safe messages still go to their subscribers.
/// </remarks>
internal sealed class AcknowledgementQueue
{
    /// <summary>How many go to their subscribers before others have their turn.</summary>
    private const int DrainedInARowMax = 128;

    private readonly ServerConnection _connection;
    private readonly int _countMax;
    private readonly long _bytesMax;
    private readonly Lock _gate = new();
    private readonly AsyncSignal _room;
    private Queue<PendingAcknowledgement>? _queue;
    private Queue<PendingAcknowledgement>? _passedOn;
    private Action? _drain;
    private Action? _answer;
    private Action? _handOn;
    private long _bytes;
    private int _count;
    private bool _isDraining;
    private bool _isAnswering;

    /// <param name="connection">Whose messages they are.</param>
    /// <param name="room">Woken when some were acknowledged.</param>
    /// <param name="countMax">How many may be in line before there is no room.</param>
    /// <param name="bytesMax">The same in bytes.</param>
    internal AcknowledgementQueue(ServerConnection connection, AsyncSignal room, int countMax, long bytesMax)
    {
        _connection = connection;
        _room = room;
        _countMax = countMax;
        _bytesMax = bytesMax;
    }

    internal bool HasRoom => Volatile.Read(ref _count) < _countMax && Volatile.Read(ref _bytes) < _bytesMax;

    /// <summary>The connection is over: hands out its QoS 1 messages that are in line, whose acknowledgements it will
    /// never write.</summary>
    internal void TakeUnanswered(Session session)
    {
        lock (_gate)
        {
            TakeUnanswered(session, _queue);
            TakeUnanswered(session, _passedOn);
        }
    }

    /// <summary>Passes on and acknowledges at once where nothing is in line and it is decided; otherwise lines it
    /// up.</summary>
    internal void Add(in PendingAcknowledgement pending)
    {
        bool isFirst;
        lock (_gate)
        {
            isFirst = !_isDraining;
            if (!isFirst || !pending.Receipt.IsDecided)
            {
                _isDraining = true;
                (_queue ??= new Queue<PendingAcknowledgement>()).Enqueue(pending);
                _count++;
                _bytes += pending.SizeBytes;
                if (!isFirst)
                {
                    return;
                }
            }
            else
            {
                isFirst = false;
            }
        }

        if (isFirst)
        {
            _drain ??= Drain;
            ContinueAfter(pending.Receipt.Decision!, _handOn ??= HandOn);
        }
        else
        {
            PassOn(pending);
        }
    }

    /// <summary>The message is decided and first: on to its subscribers, then acknowledged, at once where nothing is
    /// waited for.</summary>
    private void PassOn(in PendingAcknowledgement pending)
    {
        Task? kept = _connection.PassOn(pending);
        if (kept is null && !Volatile.Read(ref _isAnswering))
        {
            // Only here the second line is begun.
            _connection.Acknowledge(pending);
            return;
        }

        bool isFirst;
        lock (_gate)
        {
            isFirst = !_isAnswering;
            _isAnswering = true;
            (_passedOn ??= new Queue<PendingAcknowledgement>()).Enqueue(pending with { Kept = kept });
            _count++;
            _bytes += pending.SizeBytes;
        }

        if (isFirst)
        {
            ContinueAfter(kept ?? Task.CompletedTask, _answer ??= Answer);
        }
    }

    private void Answer()
    {
        while (TryTakeKept(out PendingAcknowledgement pending, out Task? notYet))
        {
            if (notYet is not null)
            {
                ContinueAfter(notYet, _answer!);
                break;
            }

            _connection.Acknowledge(pending);
        }

        _room.Wake();
        _connection.Sender.SendHere();
    }

    private bool TryTakeKept(out PendingAcknowledgement pending, out Task? notYet)
    {
        lock (_gate)
        {
            notYet = null;
            if (!_passedOn!.TryPeek(out pending))
            {
                _isAnswering = false;
                return false;
            }

            if (pending.Kept is { IsCompleted: false } kept)
            {
                notYet = kept;
                return true;
            }

            _passedOn.Dequeue();
            _count--;
            _bytes -= pending.SizeBytes;
            return true;
        }
    }

    /// <summary>A message is decided. The thread that decided goes on at once: it may be the one that commits, for all
    /// others that wait too.</summary>
    private void HandOn() => SocketPoller.HandOn(_drain!);

    private void Drain()
    {
        int count = 0;
        while (TryTakeDecided(out PendingAcknowledgement pending, out Task? undecided))
        {
            if (undecided is not null)
            {
                ContinueAfter(undecided, _handOn!);
                break;
            }

            PassOn(pending);
            if (++count == DrainedInARowMax)
            {
                SocketPoller.Post(_drain!);
                break;
            }
        }

        _room.Wake();
        _connection.Sender.SendHere();
    }

    private bool TryTakeDecided(out PendingAcknowledgement pending, out Task? undecided)
    {
        lock (_gate)
        {
            undecided = null;
            if (!_queue!.TryPeek(out pending))
            {
                _isDraining = false;
                return false;
            }

            if (!pending.Receipt.IsDecided)
            {
                undecided = pending.Receipt.Decision;
                return true;
            }

            _queue.Dequeue();
            _count--;
            _bytes -= pending.SizeBytes;
            return true;
        }
    }

    private static void TakeUnanswered(Session session, Queue<PendingAcknowledgement>? line)
    {
        for (int i = line?.Count ?? 0; i > 0; i--)
        {
            PendingAcknowledgement pending = line!.Dequeue();
            if (pending.ContentHash != 0)
            {
                var reservation = new InboundReservation(pending.PacketId);
                session.Inbound.AddUnanswered(pending.PacketId, pending.ContentHash, reservation.Answer);
                pending = pending with { Reservation = reservation };
            }

            line.Enqueue(pending);
        }
    }

    private static void ContinueAfter(Task task, Action work) =>
        task.ConfigureAwait(continueOnCapturedContext: false).GetAwaiter().UnsafeOnCompleted(work);
}
