using System.Collections.Immutable;

namespace EdgeStream.Storage;

/// <summary>The segments of a log, oldest first; the last one is being written.</summary>
/// <remarks>Thread-safe. The committer adds, retention removes, readers look.</remarks>
internal sealed class SegmentChain
{
    private readonly Lock _gate = new();

    /// <summary>Held while segments go; taken before the gate.</summary>
    private readonly Lock _evicting = new();
    private ImmutableArray<Segment> _segments;
    private ActiveSegment _active;
    private EvictionCounts _evictions;

    internal SegmentChain(ImmutableArray<Segment> segments, ActiveSegment active)
    {
        _segments = segments;
        _active = active;
    }

    /// <summary>All segments as they stand now; never empty.</summary>
    internal ImmutableArray<Segment> All
    {
        get
        {
            lock (_gate)
            {
                return _segments;
            }
        }
    }

    /// <summary>Records removed since the log was opened, by reason.</summary>
    internal EvictionCounts Evictions
    {
        get
        {
            lock (_gate)
            {
                return _evictions;
            }
        }
    }

    /// <summary>The one that is being written.</summary>
    internal ActiveSegment Active => Volatile.Read(ref _active);

    /// <summary>
    /// Adds the segment that is written from now on; one of the same first record was empty and makes place for it.
    /// </summary>
    internal void Begin(ActiveSegment next)
    {
        lock (_gate)
        {
            var isReplaced = _segments[^1].FirstSequence == next.Segment.FirstSequence;
            _segments = (isReplaced ? _segments.RemoveAt(_segments.Length - 1) : _segments).Add(next.Segment);
            Volatile.Write(ref _active, next);
        }
    }

    /// <summary>
    /// Removes the sealed segments whose records all lie before a position, as long as that is allowed; returns how
    /// many records went.
    /// </summary>
    /// <param name="sequence">The first record that stays.</param>
    /// <param name="reason">Why they go.</param>
    /// <param name="mayEvict">Asked before each segment.</param>
    /// <param name="retire">Takes each one's files over, and gets the first record that is left. Must not throw: the
    /// segment is gone then.</param>
    internal long EvictBefore(
        SequenceNumber sequence, EvictionReason reason, Func<bool> mayEvict, Action<Segment, SequenceNumber> retire)
    {
        // Their files go in order, too.
        using var turn = _evicting.EnterScope();
        long count = 0;
        while (mayEvict())
        {
            Segment oldest;
            SequenceNumber next;
            lock (_gate)
            {
                if (_segments.Length < 2 || _segments[1].FirstSequence > sequence)
                {
                    return count;
                }

                oldest = _segments[0];
                next = _segments[1].FirstSequence;
                var records = next.Value - oldest.FirstSequence.Value;
                count += records;
                _evictions = _evictions.With(reason, records);
                _segments = _segments.RemoveAt(0);
            }

            retire(oldest, next);
        }

        return count;
    }
}
