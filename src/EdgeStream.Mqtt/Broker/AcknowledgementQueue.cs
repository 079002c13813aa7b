namespace EdgeStream.Mqtt;

/// <summary>The messages of one connection that are with the host: acknowledged in their order, whatever the order of
/// decisions.</summary>
/// <remarks>
/// One thread adds (the connection's read loop); whoever decides the first message in line carries on from there.
/// Nothing runs
/// and nothing is allocated while nothing is decided. Bounded by count and bytes: the read loop waits for room, and so
/// does
/// the publisher's socket. It goes on when the connection is gone, as safe messages still go to their subscribers.
/// </remarks>
internal sealed class AcknowledgementQueue
{
    private readonly ServerConnection _connection;
    private readonly int _countMax;
    private readonly long _bytesMax;
    private readonly Lock _gate = new();
    private readonly AsyncSignal _room;
    private Queue<PendingAcknowledgement>? _queue;
    private Action? _drain;
    private long _bytes;
    private int _count;
    private bool _isDraining;

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

    /// <summary>Acknowledges at once where nothing is in line and it is decided; otherwise lines it up.</summary>
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
            ContinueAfter(pending.Receipt.Decision!);
        }
        else
        {
            _connection.Acknowledge(pending);
        }
    }

    private void Drain()
    {
        while (TryTakeDecided(out PendingAcknowledgement pending, out Task? undecided))
        {
            if (undecided is not null)
            {
                ContinueAfter(undecided);
                break;
            }

            _connection.Acknowledge(pending);
        }

        _connection.Sender.Wake();
        _room.Wake();
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

    private void ContinueAfter(Task decision) =>
        decision.ConfigureAwait(continueOnCapturedContext: false).GetAwaiter().UnsafeOnCompleted(_drain ??= Drain);
}
