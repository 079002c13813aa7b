namespace EdgeStream.Delivery;

/// <summary>Keeps the shards of a delivery from trying, each by itself, a destination that is away.</summary>
/// <remarks>
/// <para>It opens after a number of failures in a row, over all shards. While it is open one shard tries, at the pace
/// of its own backoff; when something is taken the others follow, each after a random part of <see cref="SpreadMax"/>.
/// A failure while they do opens it again. An answer that is no failure of the link, a refusal for instance, closes
/// it.</para>
/// <para>Thread-safe. A shard is known by any object of its own.</para>
/// </remarks>
/// <param name="failuresMax">Failures that open it; 0 for never.</param>
/// <param name="time">The clock.</param>
internal sealed class CircuitBreaker(int failuresMax, TimeProvider time)
{
    /// <summary>All shards that waited have tried again within this: 5 seconds.</summary>
    public static readonly TimeSpan SpreadMax = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private int _failures;
    private bool _isOpen;
    private object? _prober;
    private bool _isProberFirst;
    private bool _isProbing;
    private long? _closedAt;
    private string? _reason;

    /// <summary>Set when shards that wait may have their turn.</summary>
    public WakeSignal Changed { get; } = new();

    /// <summary>The state of this moment.</summary>
    public BreakerState State
    {
        get
        {
            lock (_gate)
            {
                return _isOpen ? _isProbing ? BreakerState.HalfOpen : BreakerState.Open
                    : IsSpreading ? BreakerState.HalfOpen : BreakerState.Closed;
            }
        }
    }

    /// <summary>Why it is open; null when it is not.</summary>
    public string? Reason
    {
        get
        {
            lock (_gate)
            {
                return _isOpen ? _reason : null;
            }
        }
    }

    private bool IsSpreading => _closedAt is { } closedAt && time.GetElapsedTime(closedAt) < SpreadMax;

    /// <summary>Whether a shard may try; the first that asks while it is open is the one that may, until it
    /// leaves, or one that goes before it asks.</summary>
    /// <param name="shard">The shard.</param>
    /// <param name="isFirst">Whether it goes before those that are not.</param>
    public bool MayTry(object shard, bool isFirst = true)
    {
        lock (_gate)
        {
            if (_isOpen && (_prober is null || (isFirst && !_isProberFirst)))
            {
                _prober = shard;
                _isProberFirst = isFirst;
                _isProbing = false;
            }

            return !_isOpen || _prober == shard;
        }
    }

    /// <summary>An attempt begins.</summary>
    public void Begin(object shard)
    {
        lock (_gate)
        {
            _isProbing |= _isOpen && _prober == shard;
        }
    }

    /// <summary>The destination has answered.</summary>
    public void Succeed()
    {
        lock (_gate)
        {
            _failures = 0;
            if (!_isOpen)
            {
                return;
            }

            _closedAt = time.GetTimestamp();
            _isOpen = false;
            _isProbing = false;
            _prober = null;
        }

        Changed.Set();
    }

    /// <summary>An attempt has failed in a way that passes by itself; the shard tries again later.</summary>
    public void Fail(object shard, string reason, bool isFirst = true)
    {
        lock (_gate)
        {
            _reason = reason;
            _failures = Math.Min(_failures + 1, int.MaxValue - 1);
            if (failuresMax > 0 && !_isOpen && (_failures >= failuresMax || IsSpreading))
            {
                _isOpen = true;
                _prober = shard;
                _isProberFirst = isFirst;
            }

            _isProbing &= _prober != shard;
        }
    }

    /// <summary>An attempt has ended without an answer of any kind: it says nothing of the destination.</summary>
    public void End(object shard)
    {
        lock (_gate)
        {
            _isProbing &= _prober != shard;
        }
    }

    /// <summary>A shard asks for nothing any more: another may try in its place.</summary>
    public void Leave(object shard)
    {
        lock (_gate)
        {
            if (_prober != shard)
            {
                return;
            }

            _prober = null;
            _isProbing = false;
        }

        Changed.Set();
    }
}
