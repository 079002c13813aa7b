using System.CommandLine;
using EdgeStream.Storage;

namespace EdgeStream.Gateway.Cli.LogTools;

/// <summary>Which records of a log are wanted.</summary>
/// <param name="From">The first one; null for the oldest.</param>
/// <param name="To">The last one; null for the newest.</param>
/// <param name="Limit">At most this many.</param>
internal sealed record LogRange(LogPlace? From, LogPlace? To, long Limit)
{
    /// <summary>Takes a record; false ends the reading.</summary>
    public delegate void OnRecord(in LogRecord record);

    /// <summary>Reads the records of the range in order.</summary>
    /// <param name="log">The log.</param>
    /// <param name="onRecord">Shown every record.</param>
    /// <param name="onGap">Told the first and the last sequence number of records that cannot be read.</param>
    /// <returns>How many records were shown.</returns>
    public long Read(LogInspection log, OnRecord onRecord, Action<SequenceNumber, SequenceNumber> onGap)
    {
        var expected = Start(log);
        var last = To?.Sequence is { } sequence && sequence < log.NewestSequence ? sequence : log.NewestSequence;
        long count = 0;
        using var reader = log.OpenReader(expected);
        while (count < Limit && expected <= last && reader.TryRead(out var record) && record.Sequence <= last)
        {
            if (record.Sequence > expected)
            {
                onGap(expected, record.Sequence.Previous);
            }

            expected = record.Sequence.Next;
            if (IsInTime(record.ArrivalTime))
            {
                onRecord(record);
                count++;
            }
        }

        if (count < Limit && expected <= last)
        {
            onGap(expected, last);
        }

        return count;
    }

    /// <summary>Clocks are set back at times, so no record ends a range of time.</summary>
    private bool IsInTime(Timestamp time) =>
        (From?.Time is not { } from || time >= from) && (To?.Time is not { } to || time <= to);

    private SequenceNumber Start(LogInspection log)
    {
        var start = From switch
        {
            { Sequence: { } sequence } => sequence,
            { Time: { } time } => log.FindByArrivalTime(time),
            _ => log.OldestSequence,
        };
        return start < log.OldestSequence ? log.OldestSequence : start;
    }

    /// <summary>The options that make a range.</summary>
    internal sealed class Options(long limitDefault)
    {
        private readonly Option<string?> _from = new("--from")
        {
            Description = "The first record: a sequence number, or an arrival time in ISO 8601.", HelpName = "PLACE",
        };

        private readonly Option<string?> _to = new("--to")
        {
            Description = "The last record, the same way.", HelpName = "PLACE",
        };

        private readonly Option<long?> _limit = new("--limit", "-n")
        {
            Description = limitDefault == long.MaxValue
                ? "At most this many records a shard."
                : $"At most this many records a shard; {limitDefault} unless given.",
            HelpName = "COUNT",
        };

        /// <summary>Adds them to a command.</summary>
        public void AddTo(Command command)
        {
            command.Options.Add(_from);
            command.Options.Add(_to);
            command.Options.Add(_limit);
        }

        /// <summary>Whether any of them is on the line.</summary>
        public bool IsGiven(ParseResult parsed) => parsed.GetValue(_from) is not null
            || parsed.GetValue(_to) is not null || parsed.GetValue(_limit) is not null;

        /// <summary>The range that the line names.</summary>
        public LogRange Range(ParseResult parsed) => new(
            parsed.GetValue(_from) is { } from ? LogPlace.Parse("--from", from) : null,
            parsed.GetValue(_to) is { } to ? LogPlace.Parse("--to", to) : null,
            parsed.GetValue(_limit) ?? limitDefault);
    }
}
