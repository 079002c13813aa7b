using System.Globalization;
using EdgeStream.Storage;

namespace EdgeStream.Gateway.Cli.LogTools;

/// <summary>One end of a range of records: a sequence number or an arrival time.</summary>
internal sealed record LogPlace(SequenceNumber? Sequence, Timestamp? Time)
{
    /// <summary>Reads a number or an ISO 8601 time; a time without an offset is UTC.</summary>
    /// <exception cref="CommandException">It is neither.</exception>
    public static LogPlace Parse(string option, string text)
    {
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence))
        {
            return new LogPlace(new SequenceNumber(sequence), null);
        }

        return DateTimeOffset.TryParse(
            text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? new LogPlace(null, Timestamp.From(time))
            : throw new CommandException(
                ExitCode.Usage,
                $"{option} cannot be '{text}'; write a sequence number or a time like 2026-01-31T12:00:00Z.");
    }
}
