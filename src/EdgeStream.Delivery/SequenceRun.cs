namespace EdgeStream.Delivery;

/// <summary>Records of a shard that follow one another, both ends included.</summary>
/// <param name="First">The first sequence number.</param>
/// <param name="Last">The last one.</param>
internal readonly record struct SequenceRun(long First, long Last)
{
    /// <summary>How many there are.</summary>
    public long Count => Last - First + 1;

    /// <summary>Adds a number that is larger than all of them: to the last run, or as a new one.</summary>
    public static void Add(List<SequenceRun> runs, long sequence)
    {
        if (runs.Count > 0 && runs[^1].Last >= sequence - 1)
        {
            runs[^1] = runs[^1] with { Last = sequence };
        }
        else
        {
            runs.Add(new SequenceRun(sequence, sequence));
        }
    }

    /// <summary>What of the runs, which are in order, lies within this one.</summary>
    public List<SequenceRun> Within(IReadOnlyList<SequenceRun> runs)
    {
        var found = new List<SequenceRun>();
        foreach (var run in runs)
        {
            var first = Math.Max(run.First, First);
            var last = Math.Min(run.Last, Last);
            if (first <= last)
            {
                found.Add(new SequenceRun(first, last));
            }
        }

        return found;
    }

    /// <summary>What of this one the runs, which lie within it in order, leave out.</summary>
    public List<SequenceRun> Without(IReadOnlyList<SequenceRun> runs)
    {
        var left = new List<SequenceRun>();
        var next = First;
        foreach (var run in runs)
        {
            if (run.First > next)
            {
                left.Add(new SequenceRun(next, run.First - 1));
            }

            next = run.Last + 1;
        }

        if (next <= Last)
        {
            left.Add(new SequenceRun(next, Last));
        }

        return left;
    }

    /// <summary>All numbers of the runs, in order.</summary>
    public static List<SequenceRun> Union(List<SequenceRun> runs)
    {
        runs.Sort(static (one, other) => one.First.CompareTo(other.First));
        var union = new List<SequenceRun>();
        foreach (var run in runs)
        {
            if (union.Count > 0 && union[^1].Last >= run.First - 1)
            {
                union[^1] = union[^1] with { Last = Math.Max(union[^1].Last, run.Last) };
            }
            else
            {
                union.Add(run);
            }
        }

        return union;
    }

    /// <summary>Records of all the runs.</summary>
    public static long CountOf(IReadOnlyList<SequenceRun> runs)
    {
        var count = 0L;
        foreach (var run in runs)
        {
            count += run.Count;
        }

        return count;
    }
}
