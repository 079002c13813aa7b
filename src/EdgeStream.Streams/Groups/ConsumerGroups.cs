using System.Diagnostics.CodeAnalysis;
using EdgeStream.Storage;

namespace EdgeStream.Streams;

/// <summary>The consumer groups of all streams of a data folder.</summary>
/// <remarks>
/// Thread-safe. State keys: <c>groups/&lt;stream&gt;/&lt;group&gt;</c> and below it one key a lease, named by the
/// shard.
/// </remarks>
public sealed class ConsumerGroups
{
    /// <summary>How many groups a stream may have.</summary>
    public const int GroupsMax = 20;

    internal const string KeyPrefix = "groups/";

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _turn = new(1);
    private readonly StateStore _state;
    private readonly TimeProvider _timeProvider;
    private readonly Dictionary<(DataStream Stream, string Name), ConsumerGroup> _groups = [];
    private readonly Dictionary<string, SortedSet<string>> _names = new(StringComparer.Ordinal);
    private readonly HashSet<DataStream> _ending = [];

    /// <summary>Groups that were deleted, and until when their members may not have heard of it.</summary>
    private readonly Dictionary<(DataStream Stream, string Name), long> _deleted = [];

    internal ConsumerGroups(StateStore state, TimeProvider timeProvider)
    {
        _state = state;
        _timeProvider = timeProvider;
        foreach (var (key, _) in state.List(KeyPrefix))
        {
            var parts = key[KeyPrefix.Length..].Split('/');
            if (parts.Length == 2)
            {
                NamesOf(parts[0]).Add(parts[1]);
            }
        }
    }

    /// <summary>The stream's group of this name; makes it where there is none, durably.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="name">The group: the rule is that of <see cref="StreamName"/>.</param>
    /// <param name="options">Count for a group that is made; one that exists keeps its own.</param>
    /// <param name="cancellationToken">Gives up before anything is made.</param>
    /// <exception cref="ArgumentException">The name is none, or an option is out of range.</exception>
    /// <exception cref="GroupException">The stream is gone, or has too many groups.</exception>
    /// <exception cref="IOException">The state could not be written.</exception>
    public async ValueTask<ConsumerGroup> OpenAsync(
        DataStream stream, string name, GroupOptions options, CancellationToken cancellationToken = default)
    {
        if (TryGet(stream, name, out var group))
        {
            return group;
        }

        options.Validate();
        if (!StreamName.IsValid(name))
        {
            throw new ArgumentException(
                $"'{name}' is no group name: 1 to 128 letters, digits, '_', '.' or '-'.", nameof(name));
        }

        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (TryGet(stream, name, out group))
            {
                return group;
            }

            CheckRoom(stream);
            var batch = new StateBatch();
            var now = Timestamp.From(_timeProvider.GetUtcNow());
            ConsumerGroup.AddNew(batch, stream, name, new GroupEntry(options, now));
            await _state.CommitAsync(batch, CancellationToken.None).ConfigureAwait(false);
            lock (_gate)
            {
                NamesOf(stream.Name).Add(name);
            }

            return TryGet(stream, name, out group) ? group : throw Gone(stream);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Finds a group.</summary>
    public bool TryGet(DataStream stream, string name, [NotNullWhen(true)] out ConsumerGroup? group)
    {
        lock (_gate)
        {
            if (_groups.TryGetValue((stream, name), out group))
            {
                return true;
            }

            group = IsGone(stream) ? null : ConsumerGroup.Load(_state, stream, name, _timeProvider);
            if (group is not null)
            {
                _groups.Add((stream, name), group);
            }

            return group is not null;
        }
    }

    /// <summary>Whether a group was deleted, here, so short ago that its members may not have heard of it.</summary>
    /// <remarks>It lasts as long as a lease of the group. Who makes groups for members that only say what they want to
    /// read asks first, or one of them brings the group to life again.</remarks>
    public bool WasDeleted(DataStream stream, string name)
    {
        lock (_gate)
        {
            return _deleted.TryGetValue((stream, name), out var until) && until > _timeProvider.GetTimestamp();
        }
    }

    /// <summary>The groups of a stream, by name; without those that the state has in a form that is not
    /// known.</summary>
    public IReadOnlyList<ConsumerGroup> List(DataStream stream)
    {
        string[] names;
        lock (_gate)
        {
            names = _names.TryGetValue(stream.Name, out var known) ? [.. known] : [];
        }

        var groups = new List<ConsumerGroup>();
        foreach (var name in names)
        {
            try
            {
                if (TryGet(stream, name, out var group))
                {
                    groups.Add(group);
                }
            }
            catch (InvalidDataException)
            {
                // A newer program made it. Who names it is told; the others are there as ever.
            }
        }

        return groups;
    }

    /// <summary>
    /// Deletes a group with its checkpoints, durably; its members' next calls are refused. False if there is none.
    /// </summary>
    /// <exception cref="IOException">The state could not be written; the group is there as before.</exception>
    public async ValueTask<bool> DeleteAsync(
        DataStream stream, string name, CancellationToken cancellationToken = default)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!TryGet(stream, name, out var group))
            {
                return false;
            }

            await group.EndAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                var batch = new StateBatch().Delete(KeyOf(stream.Name, name));
                foreach (var (key, _) in _state.List(KeyOf(stream.Name, name) + "/"))
                {
                    batch.Delete(key);
                }

                await _state.CommitAsync(batch, CancellationToken.None).ConfigureAwait(false);
                lock (_gate)
                {
                    NamesOf(stream.Name).Remove(name);
                    NoteDeletion(group);
                }
            }
            finally
            {
                Drop(group);
            }

            return true;
        }
        finally
        {
            _turn.Release();
        }
    }

    internal static string KeyOf(string stream, string group) => $"{KeyPrefix}{stream}/{group}";

    internal static string KeyOf(string stream, string group, string shardId) =>
        $"{KeyPrefix}{stream}/{group}/{shardId}";

    /// <summary>Ends all groups of a stream that is to be deleted: none of them writes from then on.</summary>
    internal async ValueTask EndAsync(DataStream stream)
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            var groups = new List<ConsumerGroup>();
            lock (_gate)
            {
                _ending.Add(stream);
                foreach (var (key, group) in _groups)
                {
                    if (key.Stream == stream)
                    {
                        groups.Add(group);
                    }
                }
            }

            foreach (var group in groups)
            {
                await group.EndAsync(CancellationToken.None).ConfigureAwait(false);
                Drop(group);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>The stream's deletion is over: it is gone, or there as before, with the groups that the state has.
    /// </summary>
    internal void Ended(DataStream stream)
    {
        lock (_gate)
        {
            _ending.Remove(stream);
            if (IsGone(stream))
            {
                _names.Remove(stream.Name);
            }
        }
    }

    /// <summary>Adds to a batch that no group of a stream has done more of a shard than is left of it.</summary>
    internal static void AddCut(StateBatch batch, StateStore state, DataStream stream, Shard shard)
    {
        foreach (var (key, value) in state.List($"{KeyPrefix}{stream.Name}/"))
        {
            if (key.EndsWith("/" + shard.Id, StringComparison.Ordinal)
                && LeaseEntry.TryRead(value.Span) is { } entry
                && entry.Checkpoint.Sequence > shard.NewestSequence)
            {
                batch.Put(key, (entry with { Checkpoint = new GroupCheckpoint(shard.NewestSequence) }).ToBytes());
            }
        }
    }

    private void NoteDeletion(ConsumerGroup group)
    {
        var now = _timeProvider.GetTimestamp();
        var past = new List<(DataStream, string)>();
        foreach (var (key, until) in _deleted)
        {
            if (until <= now)
            {
                past.Add(key);
            }
        }

        past.ForEach(key => _deleted.Remove(key));
        var lease = (long)(group.Options.LeaseDuration.TotalSeconds * _timeProvider.TimestampFrequency);
        _deleted[(group.Stream, group.Name)] = now + lease;
    }

    private SortedSet<string> NamesOf(string stream)
    {
        if (!_names.TryGetValue(stream, out var names))
        {
            _names[stream] = names = new SortedSet<string>(StringComparer.Ordinal);
        }

        return names;
    }

    private void Drop(ConsumerGroup group)
    {
        lock (_gate)
        {
            _groups.Remove((group.Stream, group.Name));
        }
    }

    private bool IsGone(DataStream stream) =>
        _ending.Contains(stream) || stream.Shards[0].State == ShardState.Expired;

    private void CheckRoom(DataStream stream)
    {
        lock (_gate)
        {
            if (IsGone(stream))
            {
                throw Gone(stream);
            }
        }

        var count = List(stream).Count;
        if (count >= GroupsMax)
        {
            throw new GroupException(
                GroupRefusal.TooManyGroups,
                $"Stream '{stream.Name}' has {count} consumer groups, which is the limit. Delete one that nobody "
                    + "uses.");
        }
    }

    private static GroupException Gone(DataStream stream) =>
        new(GroupRefusal.Gone, $"Stream '{stream.Name}' was deleted.");
}
