using System.Buffers;
using System.IO.Pipelines;

namespace EdgeStream.Mqtt;

/// <summary>The one writer of a connection: small packets that anyone adds, and messages from a source, in one
/// loop.</summary>
/// <remarks>
/// Adding and waking are thread-safe and never wait. When the peer doesn't read, the loop stands in its flush and the
/// source
/// keeps its messages; who causes small packets (the read loop, by what it accepts) waits until
/// <see cref="HasRoom"/>.
/// </remarks>
internal sealed class PacketSender
{
    private const int FillBytesMax = 64 * 1024;

    /// <summary>What a peer gets at a time where much of what may be held is: 4 KiB.</summary>
    private const int FillBytesScarce = 4 * 1024;

    private const int PendingBytesMax = 64 * 1024;

    private readonly PipeWriter _output;
    private readonly MqttStatistics? _statistics;
    private readonly ByteBudget? _unsent;
    private readonly Lock _gate = new();
    private readonly AsyncSignal _wake = new();
    private readonly AsyncSignal _room;
    private PooledBuffer? _pending;
    private PooledBuffer? _spare;
    private IPacketSource? _source;
    private int _pendingPackets;
    private bool _isCompleted;
    private volatile bool _isBroken;

    /// <param name="output">Where the packets go.</param>
    /// <param name="room">Woken when something was sent, for its one waiter; null for one of its own.</param>
    /// <param name="statistics">Counts what is sent; null where nobody asks.</param>
    /// <param name="unsent">What is written and the peer doesn't take counts there; null where nobody bounds
    /// it.</param>
    internal PacketSender(
        PipeWriter output,
        AsyncSignal? room = null,
        MqttStatistics? statistics = null,
        ByteBudget? unsent = null)
    {
        _unsent = unsent;
        _output = output;
        _room = room ?? new AsyncSignal();
        _statistics = statistics;
    }

    internal bool HasRoom => _isBroken || (Volatile.Read(ref _pending)?.Length ?? 0) < PendingBytesMax;

    /// <summary>Begins to take messages from a source, behind everything added so far.</summary>
    internal void Attach(IPacketSource source)
    {
        lock (_gate)
        {
            _source = source;
        }

        Wake();
    }

    /// <summary>Opens the pending packets for writing; nothing is kept once the sender was completed. Wake it
    /// afterwards.</summary>
    internal Scope Begin() => new(this);

    internal void Wake() => _wake.Wake();

    /// <summary>Wakes, and sends on the caller's stack where the loop waits. For a caller that holds no lock and
    /// whose thread is for such work.</summary>
    internal void SendHere() => _wake.WakeHere();

    /// <summary>Wakes where small packets wait. Whoever adds some on another thread wakes for them.</summary>
    internal void WakeIfPending()
    {
        if (Volatile.Read(ref _pending) is { Length: > 0 })
        {
            Wake();
        }
    }

    /// <summary>Nothing more is added; the loop ends when all is flushed.</summary>
    internal void Complete()
    {
        lock (_gate)
        {
            _isCompleted = true;
            _source = null;
        }

        _wake.Wake();
        _room.Wake();
    }

    /// <summary>For one waiter: completes when something was sent since.</summary>
    internal ValueTask WaitForRoomAsync() => _room.WaitAsync();

    /// <summary>Sends until completed and flushed, or until the peer is gone.</summary>
    internal async Task RunAsync()
    {
        try
        {
            while (true)
            {
                bool hasMore = Fill(out int writtenBytes, out bool isLast);
                if (writtenBytes > 0)
                {
                    ValueTask<FlushResult> flush = _output.FlushAsync();
                    FlushResult result = flush.IsCompletedSuccessfully
                        ? flush.Result
                        : await HoldUntilAsync(flush, writtenBytes).ConfigureAwait(false);
                    _room.Wake();
                    if (result.IsCompleted || result.IsCanceled)
                    {
                        break;
                    }
                }

                if (isLast)
                {
                    break;
                }

                if (!hasMore)
                {
                    await _wake.WaitAsync().ConfigureAwait(false);
                }
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The connection is gone; the read loop sees the same and ends the session's ownership.
        }
        finally
        {
            _isBroken = true;
            Complete();
        }
    }

    private PooledBuffer TakeSpare() => Interlocked.Exchange(ref _spare, null) ?? new PooledBuffer();

    private async ValueTask<FlushResult> HoldUntilAsync(ValueTask<FlushResult> flush, int writtenBytes)
    {
        _unsent?.Take(writtenBytes);
        try
        {
            return await flush.ConfigureAwait(false);
        }
        finally
        {
            _unsent?.Return(writtenBytes);
        }
    }

    private bool Fill(out int writtenBytes, out bool isLast)
    {
        PooledBuffer? taken;
        IPacketSource? source;
        int packets;
        lock (_gate)
        {
            packets = _pendingPackets;
            _pendingPackets = 0;
            taken = _pending is { Length: > 0 } ? _pending : null;
            if (taken is not null)
            {
                (_pending, _spare) = (_spare, null);
            }

            source = _source;
            isLast = _isCompleted;
        }

        int takenBytes = taken?.Length ?? 0;
        if (taken is not null)
        {
            _output.Write(taken.Written);
            taken.Dispose();
            Volatile.Write(ref _spare, taken);
        }

        int fillBytesMax = _unsent is { IsScarce: true } ? FillBytesScarce : FillBytesMax;
        int budgetBytes = fillBytesMax;
        bool hasMore = source?.Fill(_output, ref budgetBytes) ?? false;
        writtenBytes = takenBytes + fillBytesMax - budgetBytes;
        if (writtenBytes > 0)
        {
            _statistics?.AddSent(writtenBytes, packets);
        }

        return hasMore;
    }

    /// <summary>Holds the sender's lock while packets are added.</summary>
    internal readonly ref struct Scope
    {
        private readonly PacketSender _sender;
        private readonly int _lengthBefore;

        internal Scope(PacketSender sender)
        {
            _sender = sender;
            sender._gate.Enter();
            sender._pending ??= sender.TakeSpare();
            _lengthBefore = sender._pending.Length;
        }

        /// <summary>Where to write; null once the sender was completed.</summary>
        internal IBufferWriter<byte>? Output => _sender._isCompleted ? null : _sender._pending;

        /// <summary>Releases the lock; what was written counts as one packet.</summary>
        public void Dispose()
        {
            _sender._pendingPackets += _sender._pending!.Length > _lengthBefore ? 1 : 0;
            _sender._gate.Exit();
        }
    }
}
