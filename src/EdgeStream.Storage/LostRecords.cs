namespace EdgeStream.Storage;

/// <summary>Which records of a log are known to be damaged: found when it was opened, or by whoever reads it.</summary>
/// <remarks>
/// Thread-safe. Each record counts once, however many readers find it. Remembers 4,096 ranges; what is found beyond
/// them is told to its reader and not counted here.
/// </remarks>
internal sealed class LostRecords
{
    private const int RangeCountMax = 4096;

    private readonly Lock _gate = new();
    private readonly List<(long First, long Last)> _ranges = [];
    private long _count;

    /// <summary>How many records are known to be lost.</summary>
    internal long Count => Volatile.Read(ref _count);

    /// <summary>How many of them are older than a record.</summary>
    internal long CountBefore(SequenceNumber sequence)
    {
        if (Count == 0)
        {
            return 0;
        }

        long count = 0;
        lock (_gate)
        {
            foreach (var (first, last) in _ranges)
            {
                count += Math.Max(0, Math.Min(last, sequence.Value - 1) - first + 1);
            }
        }

        return count;
    }

    /// <summary>Takes back what was added behind a record.</summary>
    internal void ForgetAfter(SequenceNumber last)
    {
        lock (_gate)
        {
            for (var at = _ranges.Count - 1; at >= 0 && _ranges[at].Last > last.Value; at--)
            {
                var range = _ranges[at];
                _ranges.RemoveAt(at);
                if (range.First <= last.Value)
                {
                    _ranges.Add((range.First, last.Value));
                }

                _count -= range.Last - Math.Max(range.First - 1, last.Value);
            }
        }
    }

    /// <summary>Adds all ranges of another; only who made that one uses it.</summary>
    internal void Add(LostRecords other)
    {
        foreach (var (first, last) in other._ranges)
        {
            Add(new SequenceNumber(first), new SequenceNumber(last));
        }
    }

    /// <summary>Adds a range; what is known already is not counted again.</summary>
    internal void Add(SequenceNumber first, SequenceNumber last)
    {
        var (low, high) = (first.Value, last.Value);
        lock (_gate)
        {
            var at = _ranges.Count;
            while (at > 0 && _ranges[at - 1].Last >= low - 1)
            {
                at--;
            }

            long known = 0;
            var end = at;
            while (end < _ranges.Count && _ranges[end].First <= high + 1)
            {
                known += _ranges[end].Last - _ranges[end].First + 1;
                low = Math.Min(low, _ranges[end].First);
                high = Math.Max(high, _ranges[end].Last);
                end++;
            }

            if (end == at && _ranges.Count == RangeCountMax)
            {
                return;
            }

            _ranges.RemoveRange(at, end - at);
            _ranges.Insert(at, (low, high));
            Volatile.Write(ref _count, _count + high - low + 1 - known);
        }
    }
}
