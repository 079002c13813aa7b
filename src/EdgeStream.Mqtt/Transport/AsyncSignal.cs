using System.Threading.Tasks.Sources;

namespace EdgeStream.Mqtt;

/// <summary>One waiter, any number of wakers; a wake while nobody waits is remembered, several count as one.</summary>
/// <remarks>Waiting allocates nothing. The waiter goes on in the thread pool, and on the waker's stack only by
/// <see cref="WakeHere"/>.</remarks>
internal sealed class AsyncSignal : IValueTaskSource
{
    private const int Idle = 0;
    private const int Waiting = 1;
    private const int Set = 2;

    /// <summary>Stands in the place of the continuation once the wait is over: the only mark of completion there
    /// is.</summary>
    private static readonly Action<object?> Completed = static _ => { };

    private Action<object?>? _continuation;
    private object? _continuationState;
    private int _state;

    /// <summary>Completes at the next <see cref="Wake"/>, or at once when there was one since the last wait.</summary>
    internal ValueTask WaitAsync()
    {
        if (Interlocked.CompareExchange(ref _state, Idle, Set) == Set)
        {
            return default;
        }

        _continuationState = null;
        Volatile.Write(ref _continuation, null);
        if (Interlocked.CompareExchange(ref _state, Waiting, Idle) == Set)
        {
            Volatile.Write(ref _state, Idle);
            return default;
        }

        return new ValueTask(this, 0);
    }

    internal void Wake()
    {
        if (TakeWaiter() is { } continuation)
        {
            ThreadPool.UnsafeQueueUserWorkItem(continuation, _continuationState, preferLocal: true);
        }
    }

    /// <summary>The same, but the waiter goes on here and now: two threads less are woken. For a waker that holds no
    /// lock and whose thread is for such work.</summary>
    internal void WakeHere()
    {
        if (TakeWaiter() is { } continuation)
        {
            continuation(_continuationState);
        }
    }

    /// <summary>What to go on with; null where nobody waits, or who waits finds the mark by itself.</summary>
    private Action<object?>? TakeWaiter()
    {
        if (Volatile.Read(ref _state) == Set || Interlocked.Exchange(ref _state, Set) != Waiting)
        {
            return null;
        }

        Volatile.Write(ref _state, Idle);
        return Interlocked.CompareExchange(ref _continuation, Completed, null);
    }

    void IValueTaskSource.GetResult(short token)
    {
    }

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) =>
        ReferenceEquals(Volatile.Read(ref _continuation), Completed)
            ? ValueTaskSourceStatus.Succeeded
            : ValueTaskSourceStatus.Pending;

    void IValueTaskSource.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
    {
        _continuationState = state;
        if (Interlocked.CompareExchange(ref _continuation, continuation, null) is not null)
        {
            ThreadPool.UnsafeQueueUserWorkItem(continuation, state, preferLocal: true);
        }
    }
}
