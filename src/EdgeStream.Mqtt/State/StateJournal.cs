using Microsoft.Extensions.Logging;

namespace EdgeStream.Mqtt;

/// <summary>Collects changes of the state and commits them behind the back of those who make them.</summary>
/// <remarks>
/// Thread-safe. Changes of one key that meet before a commit become one; what is put and deleted between two commits is
/// never
/// written. Only who has promised something on the strength of a change waits, with <see cref="FlushAsync"/>. The
/// changes
/// that wait are bounded by what sessions and retained messages may hold. Without a store it does nothing. Commits are
/// numbered: whoever may only go on once a change is stored waits for the number that <see cref="Put"/> gave it.
/// </remarks>
internal sealed class StateJournal
{
    private const int CommitChangesMax = 256;
    private const int CommitBytesMax = 512 * 1024;

    private readonly IMqttStateStore? _store;
    private readonly ILogger _log;
    private readonly Lock _gate = new();
    private Dictionary<StateKey, Change> _waiting = [];
    private TaskCompletionSource? _nextFlush;
    private TaskCompletionSource? _runningFlush;
    private List<PacketSender> _nextWakes = [];
    private List<PacketSender> _runningWakes = [];
    private long _nextCommit = 1;
    private long _lastSettled;

    internal StateJournal(IMqttStateStore? store, ILogger log)
    {
        _store = store;
        _log = log;
    }

    internal bool IsEnabled => _store is not null;

    /// <summary>Whether the store holds anything of the broker's, or is about to.</summary>
    internal bool HasKept { get; private set; }

    /// <summary>What time it is stands beside every commit.</summary>
    internal StateClock? Clock { get; set; }

    /// <summary>The store has entries of the last run.</summary>
    internal void MarkKept() => HasKept = true;

    /// <param name="key">The entry.</param>
    /// <param name="record">Its new value.</param>
    /// <param name="isNew">Whether no commit can have written the key before.</param>
    /// <returns>The number of the commit that takes it; zero without a store.</returns>
    internal long Put(StateKey key, StateRecord record, bool isNew)
    {
        if (_store is null)
        {
            return 0;
        }

        lock (_gate)
        {
            HasKept = true;
            bool neverWritten = _waiting.TryGetValue(key, out Change before) ? before.IsNew : isNew;
            _waiting[key] = new Change(record, neverWritten);
            return _nextCommit;
        }
    }

    /// <summary>Whether a commit is over: what it took is durable, or the store has refused it.</summary>
    internal bool IsSettled(long commit) => commit <= Volatile.Read(ref _lastSettled);

    /// <summary>Wakes a connection when a commit is over, and begins it where nobody else waits for it.</summary>
    internal void WakeWhenSettled(long commit, PacketSender sender)
    {
        lock (_gate)
        {
            if (commit == _nextCommit)
            {
                _nextWakes.Add(sender);
                _nextFlush ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                if (_runningFlush is null)
                {
                    StartCommit();
                }

                return;
            }

            if (!IsSettled(commit))
            {
                _runningWakes.Add(sender);
                return;
            }
        }

        sender.Wake();
    }

    internal void Delete(StateKey key)
    {
        if (_store is null)
        {
            return;
        }

        lock (_gate)
        {
            if (_waiting.TryGetValue(key, out Change before) && before.IsNew)
            {
                _waiting.Remove(key);
            }
            else
            {
                _waiting[key] = new Change(null, IsNew: false);
            }
        }
    }

    /// <summary>Completes when every change made before the call is durable.</summary>
    /// <exception cref="IOException">The store refused; the changes are kept and tried again.</exception>
    internal Task FlushAsync()
    {
        lock (_gate)
        {
            if (_waiting.Count == 0)
            {
                return _runningFlush?.Task ?? Task.CompletedTask;
            }

            _nextFlush ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Task flushed = _nextFlush.Task;
            if (_runningFlush is null)
            {
                StartCommit();
            }

            return flushed;
        }
    }

    /// <summary>Waits until every change made before the call is durable; false where the store refused, which is
    /// logged and tried again.</summary>
    internal async ValueTask<bool> TryFlushAsync()
    {
        Task flushed = FlushAsync();
        await flushed.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return flushed.IsCompletedSuccessfully;
    }

    /// <summary>Starts committing what waits, if anything does. Called once a second.</summary>
    internal void Tick()
    {
        lock (_gate)
        {
            if (_waiting.Count > 0 && _runningFlush is null)
            {
                _nextFlush ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                StartCommit();
            }
        }
    }

    private void StartCommit()
    {
        _runningFlush = _nextFlush;
        _nextFlush = null;
        _nextCommit++;
        (_runningWakes, _nextWakes) = (_nextWakes, _runningWakes);
        Dictionary<StateKey, Change> changes = _waiting;
        _waiting = [];
        if (Clock is not null)
        {
            changes.TryAdd(StateClock.Key, new Change(Clock.Read(), IsNew: false));
        }

        _ = Task.Run(() => CommitAllAsync(changes));
    }

    private async Task CommitAllAsync(Dictionary<StateKey, Change> changes)
    {
        Exception? failure = null;
        try
        {
            await CommitInPartsAsync(changes).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // Whatever the store throws: nothing is forgotten, who waits is told, the next tick tries again.
            Log.StateCommitFailed(_log, changes.Count, e);
            failure = e;
        }

        lock (_gate)
        {
            TaskCompletionSource? done = _runningFlush;
            _runningFlush = null;
            Settle();
            if (failure is null)
            {
                done?.SetResult();
            }
            else
            {
                TakeBack(changes);
                done?.SetException(failure);
                _ = done?.Task.Exception;
            }

            if (_nextFlush is not null)
            {
                StartCommit();
            }
        }
    }

    private void Settle()
    {
        // One commit is under way at a time: all before the next one are over.
        Volatile.Write(ref _lastSettled, _nextCommit - 1);
        foreach (PacketSender sender in _runningWakes)
        {
            sender.Wake();
        }

        _runningWakes.Clear();
    }

    private async Task CommitInPartsAsync(Dictionary<StateKey, Change> changes)
    {
        var part = new List<MqttStateChange>();
        int bytes = 0;
        foreach (KeyValuePair<StateKey, Change> change in InOrder(changes))
        {
            byte[]? value = change.Value.Record?.Encode();
            part.Add(
                new MqttStateChange(change.Key.ToString(), value is null ? default(ReadOnlyMemory<byte>?) : value));
            bytes += value?.Length ?? 0;
            if (part.Count >= CommitChangesMax || bytes >= CommitBytesMax)
            {
                await _store!.CommitAsync(part, CancellationToken.None).ConfigureAwait(false);
                part.Clear();
                bytes = 0;
            }
        }

        if (part.Count > 0)
        {
            await _store!.CommitAsync(part, CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>QoS 2 identifiers last: a message whose identifier is known is not taken again, so that it must be with
    /// its subscribers by then.</summary>
    private static IEnumerable<KeyValuePair<StateKey, Change>> InOrder(Dictionary<StateKey, Change> changes)
    {
        foreach (KeyValuePair<StateKey, Change> change in changes)
        {
            if (change.Key.Kind != StateKind.Inbound)
            {
                yield return change;
            }
        }

        foreach (KeyValuePair<StateKey, Change> change in changes)
        {
            if (change.Key.Kind == StateKind.Inbound)
            {
                yield return change;
            }
        }
    }

    private void TakeBack(Dictionary<StateKey, Change> changes)
    {
        foreach ((StateKey key, Change change) in changes)
        {
            // A part of them may have been written.
            if (!_waiting.TryGetValue(key, out Change newer))
            {
                _waiting[key] = change with { IsNew = false };
            }
            else if (newer.IsNew)
            {
                _waiting[key] = newer with { IsNew = false };
            }
        }
    }

    private readonly record struct Change(StateRecord? Record, bool IsNew);
}
