namespace EdgeStream.Streams;

/// <summary>
/// Which shards of a stream a reader may begin: every shard once, and none before its parents are read to their end.
/// </summary>
/// <remarks>
/// Thread-safe. One for each reader of the whole stream: it calls <see cref="TakeReady"/>, reads what it gets, says
/// <see cref="Finish"/> for each shard whose reader is at its end, and asks again when <see cref="WhenMore"/>
/// completes. A parent that has expired counts as read.
/// </remarks>
public sealed class ShardSuccession
{
    private readonly Lock _gate = new();
    private readonly DataStream _stream;
    private readonly HashSet<Shard> _begun = [];
    private readonly HashSet<Shard> _finished = [];
    private TaskCompletionSource _finish = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IReadOnlyList<Shard> _seen = [];

    /// <summary>Begins with the stream's shards that have no parents.</summary>
    public ShardSuccession(DataStream stream) => _stream = stream;

    /// <summary>The shards that may be begun now and were not before, parents first.</summary>
    public IReadOnlyList<Shard> TakeReady()
    {
        lock (_gate)
        {
            _seen = _stream.Shards;
            if (_finish.Task.IsCompleted)
            {
                _finish = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            _begun.RemoveWhere(shard => !_seen.Contains(shard));
            _finished.RemoveWhere(shard => !_seen.Contains(shard));
            var ready = new List<Shard>();
            foreach (var shard in _seen)
            {
                if (!_begun.Contains(shard) && AreParentsFinished(shard))
                {
                    _begun.Add(shard);
                    ready.Add(shard);
                }
            }

            return ready;
        }
    }

    /// <summary>A shard was read to its end: its children may be begun.</summary>
    public void Finish(Shard shard)
    {
        lock (_gate)
        {
            _finished.Add(shard);
            _finish.TrySetResult();
        }
    }

    /// <summary>Completes when <see cref="TakeReady"/> may have more than it gave last.</summary>
    public Task WhenMore()
    {
        lock (_gate)
        {
            return Task.WhenAny(_finish.Task, _stream.WhenShardsChange(_seen));
        }
    }

    private bool AreParentsFinished(Shard shard)
    {
        foreach (var other in _seen)
        {
            if (shard.IsChildOf(other) && !_finished.Contains(other))
            {
                return false;
            }
        }

        return true;
    }
}
