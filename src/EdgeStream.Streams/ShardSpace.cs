using System.Runtime.ExceptionServices;
using EdgeStream.Storage;

namespace EdgeStream.Streams;

/// <summary>What a shard's log asks before it takes room or evicts: the budget, and the consumers attached.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class ShardSpace(DiskBudget budget, TimeProvider timeProvider) : ILogSpace
{
    /// <summary>
    /// A consumer that comes back within this time, as a delivery does that was reconfigured, was never without its
    /// protection.
    /// </summary>
    private static readonly TimeSpan LingerTime = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private volatile ProtectedConsumer[] _consumers = [];
    private DataStream? _stream;
    private Shard? _shard;
    private volatile bool _isOverBudget;

    /// <summary>Whether the last refusal was the budget's and not the disk's.</summary>
    internal bool IsOverBudget => _isOverBudget;

    /// <summary>Names the shard, once it exists.</summary>
    internal void Bind(DataStream stream, Shard shard)
    {
        _shard = shard;
        _stream = stream;
    }

    /// <summary>Begins or ends the protection of what a consumer has not done yet, by its name.</summary>
    internal void Attach(StreamConsumer consumer, bool isProtecting)
    {
        lock (_gate)
        {
            var others = Array.FindAll(_consumers, entry => entry.Consumer.Name != consumer.Name);
            _consumers = isProtecting ? [.. others, new ProtectedConsumer(consumer, null)] : others;
        }
    }

    /// <summary>Takes over the consumers of a parent, as far as it has them not yet.</summary>
    internal void Inherit(ShardSpace parent)
    {
        lock (_gate)
        {
            foreach (var entry in parent._consumers)
            {
                if (!Array.Exists(_consumers, other => other.Consumer.Name == entry.Consumer.Name))
                {
                    _consumers = [.. _consumers, entry];
                }
            }
        }
    }

    /// <summary>Lets the protection end a little later.</summary>
    internal void Detach(StreamConsumer consumer)
    {
        lock (_gate)
        {
            var now = timeProvider.GetTimestamp();
            _consumers = Array.ConvertAll(
                _consumers, entry => entry.Consumer == consumer ? new ProtectedConsumer(consumer, now) : entry);
        }
    }

    /// <inheritdoc/>
    public bool TryAdmit(long sizeBytes, Action take)
    {
        var isOverBudget = false;
        var isAdmitted = Try(take, run => _stream is null
            ? Run(run)
            : budget.TryAdmit(_stream, _shard, sizeBytes, run, out isOverBudget));
        _isOverBudget = !isAdmitted && isOverBudget;
        return isAdmitted;
    }

    /// <inheritdoc/>
    public bool TryAdmitAhead(long sizeBytes, Action reserve) => budget.TryAdmitAhead(sizeBytes, reserve);

    /// <inheritdoc/>
    public bool TryFree(long sizeBytes) =>
        _stream is not null && Try(() => budget.TryFree(_stream, _shard, sizeBytes));

    /// <inheritdoc/>
    public SequenceNumber ProtectedFrom
    {
        get
        {
            var oldest = SequenceNumber.Last;
            if (_stream is null || _shard is null || !_stream.Definition.ProtectUndelivered)
            {
                return oldest;
            }

            foreach (var entry in _consumers)
            {
                if (entry.DetachedAt is { } since && timeProvider.GetElapsedTime(since) > LingerTime)
                {
                    continue;
                }

                var next = entry.Consumer.NextSequence(_shard);
                oldest = next < oldest ? next : oldest;
            }

            return oldest;
        }
    }

    private static bool Run(Action take)
    {
        take();
        return true;
    }

    /// <summary>
    /// A file of another stream that cannot be removed must not count as this one's write error; its own must.
    /// </summary>
    private static bool Try(Action take, Func<Action, bool> admit)
    {
        ExceptionDispatchInfo? failure = null;
        void Take()
        {
            try
            {
                take();
            }
            catch (IOException error)
            {
                failure = ExceptionDispatchInfo.Capture(error);
                throw;
            }
        }

        var isAdmitted = Try(() => admit(Take));
        failure?.Throw();
        return isAdmitted;
    }

    private static bool Try(Func<bool> makeRoom)
    {
        try
        {
            return makeRoom();
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>A consumer and when it left, in time stamps; null while it is at work.</summary>
    private sealed class ProtectedConsumer(StreamConsumer consumer, long? detachedAt)
    {
        public StreamConsumer Consumer => consumer;

        public long? DetachedAt => detachedAt;
    }
}
