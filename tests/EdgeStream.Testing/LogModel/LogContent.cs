using EdgeStream.Storage;

namespace EdgeStream.Testing;

/// <summary>What a log may and must hold.</summary>
/// <param name="isUnreadable">Whether the device fails to read now, so that any record may be missing for a while.
/// </param>
internal sealed class LogContent(Func<bool> isUnreadable)
{
    private readonly SortedDictionary<long, ModelRecord> _records = [];

    /// <summary>Records that damage may have taken: every other one must be read.</summary>
    private readonly HashSet<long> _exposed = [];

    private long _known = 1;

    /// <summary>The newest record that got a number.</summary>
    internal long Appended { get; private set; }

    /// <summary>The oldest that was not evicted.</summary>
    internal long Oldest { get; private set; } = 1;

    internal ModelRecord this[long sequence] => _records[sequence];

    internal void Append(long sequence, ModelRecord record)
    {
        Require(sequence == Appended + 1, $"record {sequence} follows {Appended}");
        Appended = sequence;
        _records.Add(sequence, record);
    }

    /// <summary>What a crash did not keep never was.</summary>
    internal void CutAfter(long newest)
    {
        for (; Appended > newest; Appended--)
        {
            _records.Remove(Appended);
        }
    }

    /// <summary>Records are evicted; some are remembered for readers that may be inside.</summary>
    internal void EvictBefore(long oldest, long keptFrom)
    {
        Oldest = Math.Max(Oldest, oldest);
        for (var end = Math.Min(Oldest, keptFrom); _known < end; _known++)
        {
            _records.Remove(_known);
            _exposed.Remove(_known);
        }
    }

    internal void Expose(long first, long last)
    {
        for (var sequence = first; sequence <= last; sequence++)
        {
            _exposed.Add(sequence);
        }
    }

    internal bool IsExposed(long sequence) => _exposed.Contains(sequence);

    /// <summary>Compares a record that was read.</summary>
    internal void Check(in LogRecord record)
    {
        var sequence = record.Sequence.Value;
        Require(_records.TryGetValue(sequence, out var expected), $"record {sequence} was never there");
        Require(record.Key.SequenceEqual(expected!.Key), $"record {sequence} has another key");
        Require(record.Value.SequenceEqual(expected.Value), $"record {sequence} has another value");
        expected.Arrival ??= record.ArrivalTime;
        Require(record.ArrivalTime == expected.Arrival, $"record {sequence} arrived at another time than before");
        Require(
            record.EventTime == (expected.EventTime ?? record.ArrivalTime),
            $"record {sequence} has another event time");
    }

    /// <summary>Checks that records may be missing.</summary>
    internal void CheckMissing(long first, long end)
    {
        for (var sequence = first; sequence < end; sequence++)
        {
            Require(isUnreadable() || _exposed.Contains(sequence), $"record {sequence} is missing and was not damaged");
        }
    }

    internal static void Require(bool isTrue, string otherwise)
    {
        if (!isTrue)
        {
            throw new LogModelException(otherwise);
        }
    }
}
