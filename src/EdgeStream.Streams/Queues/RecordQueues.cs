using System.Security.Cryptography;
using EdgeStream.Storage;

namespace EdgeStream.Streams;

/// <summary>The queues of all streams of a data folder.</summary>
/// <remarks>
/// Thread-safe. State keys: <c>queues/&lt;stream&gt;/&lt;id&gt;</c> and below it one key a shard, named by its id.
/// </remarks>
public sealed class RecordQueues
{
    internal const string KeyPrefix = "queues/";

    private const int IdLength = 16;

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _turn = new(1);
    private readonly StateStore _state;
    private readonly TimeProvider _timeProvider;
    private readonly Dictionary<string, RecordQueue> _queues = new(StringComparer.Ordinal);
    private readonly HashSet<DataStream> _ending = [];

    internal RecordQueues(StateStore state, TimeProvider timeProvider)
    {
        _state = state;
        _timeProvider = timeProvider;
    }

    /// <summary>Every queue, by name.</summary>
    public IReadOnlyList<RecordQueue> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _queues.Values.OrderBy(static queue => queue.Name, StringComparer.Ordinal)];
            }
        }
    }

    /// <summary>How many queues a stream has.</summary>
    public int CountOf(DataStream stream)
    {
        lock (_gate)
        {
            return _queues.Values.Count(queue => queue.Stream == stream);
        }
    }

    /// <summary>The queue of an id; null where there is none.</summary>
    public RecordQueue? Find(string id)
    {
        lock (_gate)
        {
            return _queues.GetValueOrDefault(id);
        }
    }

    /// <summary>Makes a queue, durably.</summary>
    /// <param name="stream">The stream whose records it gives out.</param>
    /// <param name="name">Its name: the rule is that of <see cref="StreamName"/>.</param>
    /// <param name="options">How it works.</param>
    /// <param name="countMax">How many queues and registered consumers the stream may have together.</param>
    /// <param name="tags">Its tags by key; null for none.</param>
    /// <exception cref="ArgumentException">The name is none, or an option is out of range.</exception>
    /// <exception cref="QueueException">The name is taken, the stream is gone, or it has so many queues and registered
    /// consumers.</exception>
    /// <exception cref="IOException">The state could not be written.</exception>
    public async ValueTask<RecordQueue> CreateAsync(
        DataStream stream,
        string name,
        QueueOptions options,
        int countMax = RegisteredConsumer.CountMax,
        IReadOnlyDictionary<string, string>? tags = null)
    {
        options.Validate();
        if (!StreamName.IsValid(name))
        {
            throw new ArgumentException(
                $"'{name}' is no queue name: 1 to 128 letters, digits, '_', '.' or '-'.", nameof(name));
        }

        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            CheckRoom(stream, name, countMax);
            var id = RandomNumberGenerator.GetHexString(IdLength, lowercase: true);
            var entry = new QueueEntry(name, options, Timestamp.From(_timeProvider.GetUtcNow()))
            {
                Tags = tags ?? StreamAttributes.NoTags,
            };
            var batch = new StateBatch().Put(KeyOf(stream.Name, id), entry.ToBytes());
            foreach (var shard in stream.Shards)
            {
                var begun = new QueueShard(shard) { Next = shard.Resolve(options.Start) };
                batch.Put(KeyOf(stream.Name, id, shard.Id), QueueShardFormat.ToBytes(begun));
            }

            await _state.CommitAsync(batch).ConfigureAwait(false);
            var queue = new RecordQueue(_state, stream, id, entry, _timeProvider);
            lock (_gate)
            {
                _queues.Add(id, queue);
            }

            return queue;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Deletes a queue with all it knows, durably; the calls that follow are refused. False if there is
    /// none.</summary>
    /// <exception cref="IOException">The state could not be written; the queue is refused, and there after a
    /// restart.</exception>
    public async ValueTask<bool> DeleteAsync(string id)
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            if (Find(id) is not { } queue)
            {
                return false;
            }

            await queue.EndAsync().ConfigureAwait(false);
            lock (_gate)
            {
                _queues.Remove(id);
            }

            var key = KeyOf(queue.Stream.Name, id);
            var batch = new StateBatch().Delete(key);
            foreach (var (shard, _) in _state.List(key + "/"))
            {
                batch.Delete(shard);
            }

            await _state.CommitAsync(batch).ConfigureAwait(false);
            return true;
        }
        finally
        {
            _turn.Release();
        }
    }

    internal static string KeyOf(string stream, string id) => $"{KeyPrefix}{stream}/{id}";

    internal static string KeyOf(string stream, string id, string shardId) => $"{KeyPrefix}{stream}/{id}/{shardId}";

    /// <summary>Loads the queues of the streams that there are.</summary>
    /// <returns>What could not be read, for the log.</returns>
    internal IReadOnlyList<string> Load(IReadOnlyCollection<DataStream> streams)
    {
        var findings = new List<string>();
        foreach (var (key, value) in _state.List(KeyPrefix))
        {
            var parts = key[KeyPrefix.Length..].Split('/');
            if (parts.Length != 2 || streams.FirstOrDefault(stream => stream.Name == parts[0]) is not { } stream)
            {
                continue;
            }

            try
            {
                var queue = new RecordQueue(_state, stream, parts[1], QueueEntry.Read(value), _timeProvider);
                lock (_gate)
                {
                    _queues[queue.Id] = queue;
                }
            }
            catch (InvalidDataException error)
            {
                findings.Add($"A queue of stream '{stream.Name}' is not there: {error.Message}");
            }
        }

        return findings;
    }

    /// <summary>Ends all queues of a stream that is to be deleted: none of them writes from then on.</summary>
    internal async ValueTask EndAsync(DataStream stream)
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            lock (_gate)
            {
                _ending.Add(stream);
            }

            foreach (var queue in All.Where(queue => queue.Stream == stream))
            {
                await queue.EndAsync().ConfigureAwait(false);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>The stream's deletion is over: it is gone, or there as before, with the queues that the state
    /// has.</summary>
    internal void Ended(DataStream stream)
    {
        lock (_gate)
        {
            _ending.Remove(stream);
            foreach (var queue in _queues.Values.Where(queue => queue.Stream == stream).ToArray())
            {
                _queues.Remove(queue.Id);
            }
        }

        if (!stream.IsDeleted)
        {
            Load([stream]);
        }
    }

    /// <summary>Adds to a batch that no queue of a stream has given out more of a shard than is left of it.</summary>
    internal static void AddCut(StateBatch batch, StateStore state, DataStream stream, Shard shard)
    {
        foreach (var (key, value) in state.List($"{KeyPrefix}{stream.Name}/"))
        {
            if (!key.EndsWith("/" + shard.Id, StringComparison.Ordinal))
            {
                continue;
            }

            var known = new QueueShard(shard);
            try
            {
                QueueShardFormat.Read(value.Span, known);
            }
            catch (InvalidDataException)
            {
                continue;
            }

            if (known.Next > shard.NewestSequence.Next)
            {
                known.Next = shard.NewestSequence.Next;
                known.Items.RemoveAll(item => item.Sequence > shard.NewestSequence);
                batch.Put(key, QueueShardFormat.ToBytes(known));
            }
        }
    }

    private void CheckRoom(DataStream stream, string name, int countMax)
    {
        lock (_gate)
        {
            if (_ending.Contains(stream) || stream.IsDeleted)
            {
                throw new QueueException(QueueRefusal.Gone, $"Stream '{stream.Name}' was deleted.");
            }

            if (_queues.Values.Any(queue => queue.Name == name))
            {
                throw new QueueException(QueueRefusal.NameTaken, $"Queue '{name}' is there already.");
            }
        }

        var count = CountOf(stream) + stream.Attributes.Consumers.Count;
        if (count >= countMax)
        {
            throw new QueueException(
                QueueRefusal.TooMany,
                $"Stream '{stream.Name}' has {count} queues and registered consumers, which is the limit.");
        }
    }
}
