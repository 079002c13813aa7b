using EdgeStream.Storage;

namespace EdgeStream.Testing;

/// <summary>Readers at different places of a log that goes on: few, so that some are often far behind.</summary>
internal sealed class StandingReaders(LogContent content, SimulatedDisk disk, Random random)
{
    private const int CountMax = 3;
    private const int StepsMax = 40;

    private readonly List<StandingReader> _readers = [];

    /// <summary>The oldest record that one of them may still come to.</summary>
    internal long OldestNext
    {
        get
        {
            var oldest = long.MaxValue;
            foreach (var reader in _readers)
            {
                oldest = Math.Min(oldest, reader.Next);
            }

            return oldest;
        }
    }

    /// <summary>One comes, perhaps for another, at a place that may be evicted or to come.</summary>
    internal void Open(ShardLog log, long newest)
    {
        if (_readers.Count == CountMax)
        {
            var at = random.Next(CountMax);
            _readers[at].Close();
            _readers.RemoveAt(at);
        }

        var from = random.NextInt64(Math.Max(1, content.Oldest - 10), newest + 2);
        _readers.Add(new StandingReader(log.OpenReader(new SequenceNumber(from)), content, disk, from));
    }

    /// <summary>One reads a little.</summary>
    internal void ReadOn(long newest)
    {
        if (_readers.Count > 0)
        {
            _readers[random.Next(_readers.Count)].ReadOn(random.Next(1, StepsMax), newest);
        }
    }

    /// <summary>All read what there is.</summary>
    internal void ReadAll(long newest)
    {
        foreach (var reader in _readers)
        {
            reader.ReadOn(int.MaxValue, newest);
        }
    }

    /// <summary>Segments go.</summary>
    /// <param name="starts">The first record of each segment that there was, oldest first.</param>
    internal void NoteEviction(IReadOnlyList<long> starts)
    {
        foreach (var reader in _readers)
        {
            reader.NoteEviction(starts);
        }
    }

    /// <summary>Their process ends.</summary>
    internal void CloseAll()
    {
        foreach (var reader in _readers)
        {
            reader.Close();
        }

        _readers.Clear();
    }
}
