using EdgeStream.Storage;

namespace EdgeStream.Streams;

/// <summary>Where a shard's newest records may have been cut off: their numbers are given out again.</summary>
/// <remarks>
/// A log of a relaxed durability that was not closed may lack records that readers have seen. What stood behind the
/// end that was found, and what comes behind it now, have the same positions; the number of ends before a record tells
/// them apart. Immutable.
/// </remarks>
/// <param name="Forgotten">How many older ends are not kept.</param>
/// <param name="Ends">The newest record that was found each time, oldest first.</param>
internal sealed record ShardCuts(int Forgotten, IReadOnlyList<long> Ends)
{
    /// <summary>How many ends are kept: one for each start without a proper stop within the retention, at
    /// most.</summary>
    internal const int EndsMax = 1000;

    /// <summary>Of a shard that was never cut.</summary>
    internal static readonly ShardCuts None = new(0, []);

    /// <summary>How often the shard was cut: what new records have.</summary>
    internal int Count => Forgotten + Ends.Count;

    /// <summary>How often the shard had been cut when a record came.</summary>
    internal int CountBefore(SequenceNumber sequence) => Forgotten + EndsBefore(sequence);

    /// <summary>The last record that has the same count as this one.</summary>
    internal SequenceNumber LastOfCount(SequenceNumber sequence)
    {
        var at = EndsBefore(sequence);
        return new SequenceNumber(at < Ends.Count ? Ends[at] : long.MaxValue);
    }

    /// <summary>Where a reader goes on that was told a position when the shard had been cut so often.</summary>
    /// <returns>The position, or the first record behind what is left of what the reader has seen.</returns>
    internal SequenceNumber Resolve(SequenceNumber next, int count)
    {
        var at = count - Forgotten;
        return at < 0 ? SequenceNumber.First
            : at < Ends.Count ? new SequenceNumber(Math.Min(next.Value, Ends[at] + 1))
            : next;
    }

    /// <summary>The same after another cut.</summary>
    /// <param name="newest">The newest record that was found.</param>
    /// <param name="oldest">The oldest record that is kept: ends before it tell nothing any more.</param>
    internal ShardCuts With(SequenceNumber newest, SequenceNumber oldest)
    {
        if (Count == KinesisSequenceNumber.CutCountMax)
        {
            return this;
        }

        var first = 0;
        while (first < Ends.Count && (Ends[first] < oldest.Previous.Value || Ends.Count - first >= EndsMax))
        {
            first++;
        }

        var ends = new List<long>();
        for (var at = first; at < Ends.Count; at++)
        {
            // A record that was found behind this end is none of those that were cut there: only what is cut now can
            // be.
            ends.Add(Math.Min(Ends[at], newest.Value));
        }

        ends.Add(newest.Value);
        return new ShardCuts(Forgotten + first, ends);
    }

    private int EndsBefore(SequenceNumber sequence)
    {
        var (low, high) = (0, Ends.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = Ends[middle] < sequence.Value ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
