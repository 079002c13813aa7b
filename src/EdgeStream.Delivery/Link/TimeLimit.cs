namespace EdgeStream.Delivery;

/// <summary>The time that one request may take, without what it waits for the delivery's own rate.</summary>
/// <remarks>It belongs to whatever the code that began it awaits, down to the connection that writes; limits that begin
/// there stand still together with it. Thread-safe.</remarks>
internal sealed class TimeLimit : IDisposable
{
    private static readonly AsyncLocal<TimeLimit?> Current = new();

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly TimeLimit? _outer = Current.Value;
    private readonly CancellationTokenSource _passed;
    private readonly CancellationTokenSource _either;
    private readonly bool _isEndless;
    private TimeSpan _left;
    private long _runningSince;
    private int _holds;
    private bool _isDisposed;

    /// <summary>Begins now.</summary>
    /// <param name="limit">The time; infinite for none.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the request before.</param>
    public TimeLimit(TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        _time = time;
        _left = limit;
        _isEndless = limit == Timeout.InfiniteTimeSpan;
        _runningSince = time.GetTimestamp();
        _passed = new CancellationTokenSource(limit, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_passed.Token, cancellationToken);
        Current.Value = this;
    }

    /// <summary>Cancelled when the time has passed.</summary>
    public CancellationToken Token => _either.Token;

    /// <summary>Waits; the limit of the request that does stands still.</summary>
    public static ValueTask HoldAsync(TimeSpan wait, TimeProvider time, CancellationToken cancellationToken) =>
        HoldWhileAsync(() => Task.Delay(wait, time, cancellationToken));

    /// <summary>Waits for a turn among requests; the limit of the one that does stands still.</summary>
    public static ValueTask EnterAsync(SemaphoreSlim turn, CancellationToken cancellationToken) =>
        turn.Wait(0, cancellationToken) ? ValueTask.CompletedTask
            : HoldWhileAsync(() => turn.WaitAsync(cancellationToken));

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _either.Dispose();
            _passed.Dispose();
        }
    }

    private static async ValueTask HoldWhileAsync(Func<Task> wait)
    {
        var limit = Current.Value;
        for (var held = limit; held is not null; held = held._outer)
        {
            held.Stop();
        }

        try
        {
            await wait();
        }
        finally
        {
            for (var held = limit; held is not null; held = held._outer)
            {
                held.GoOn();
            }
        }
    }

    private void Stop()
    {
        lock (_gate)
        {
            if (_holds++ == 0 && !_isDisposed && !_isEndless)
            {
                _left -= _time.GetElapsedTime(_runningSince);
                _passed.CancelAfter(Timeout.InfiniteTimeSpan);
            }
        }
    }

    private void GoOn()
    {
        lock (_gate)
        {
            if (--_holds == 0 && !_isDisposed && !_isEndless)
            {
                _runningSince = _time.GetTimestamp();
                _passed.CancelAfter(_left > TimeSpan.Zero ? _left : TimeSpan.Zero);
            }
        }
    }
}
