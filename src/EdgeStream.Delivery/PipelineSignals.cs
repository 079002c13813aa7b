namespace EdgeStream.Delivery;

/// <summary>What others ask of a shard's pipeline: to send now, to stop, to end the attempt under way.</summary>
/// <remarks>Thread-safe: anyone asks, the pipeline looks.</remarks>
internal sealed class PipelineSignals : IDisposable
{
    private readonly CancellationTokenSource _abort = new();
    private volatile bool _isStopping;
    private long _flushTarget;
    private int _asks;
    private int _flushes;

    /// <summary>Begins with nothing asked.</summary>
    public PipelineSignals() => Aborted = _abort.Token;

    /// <summary>Ends what the pipeline waits for.</summary>
    public WakeSignal Wake { get; } = new();

    /// <summary>Ends a probe under way: another may get through where it does not.</summary>
    public WakeSignal Link { get; } = new();

    /// <summary>Whether it is to stop after one attempt for the batch in memory.</summary>
    public bool IsStopping => _isStopping;

    /// <summary>How often it was asked to send, to try or to stop.</summary>
    public int Asks => Volatile.Read(ref _asks);

    /// <summary>How often it was asked to send.</summary>
    public int Flushes => Volatile.Read(ref _flushes);

    /// <summary>Cancelled when the attempt under way is to end.</summary>
    public CancellationToken Aborted { get; }

    /// <summary>Asks that everything up to a record is sent without waiting for the buffer.</summary>
    public void RequestFlush(long target)
    {
        Interlocked.Exchange(ref _flushTarget, target);
        Interlocked.Increment(ref _flushes);
        Interlocked.Increment(ref _asks);
        Wake.Set();
    }

    /// <summary>Whether what stands behind a position is to be sent now.</summary>
    public bool IsFlushAsked(long checkpoint) => Interlocked.Read(ref _flushTarget) > checkpoint;

    /// <summary>Asks that what would be tried again later is tried now: a link may be back.</summary>
    public void NoteLink()
    {
        Interlocked.Increment(ref _asks);
        Link.Set();
        Wake.Set();
    }

    /// <summary>Asks for the end.</summary>
    public void RequestStop()
    {
        _isStopping = true;
        Interlocked.Increment(ref _asks);
        Wake.Set();
    }

    /// <summary>Ends the attempt under way, whose end is no part of this call: it may dispose of the signals.</summary>
    public void Abort() => _ = _abort.CancelAsync();

    /// <inheritdoc/>
    public void Dispose() => _abort.Dispose();
}
