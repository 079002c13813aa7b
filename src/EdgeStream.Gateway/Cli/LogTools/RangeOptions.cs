using System.CommandLine;

namespace EdgeStream.Gateway.Cli.LogTools;

/// <summary>The options that make a range of records.</summary>
/// <param name="limitDefault">How many records where the line does not say.</param>
internal sealed class RangeOptions(long limitDefault)
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
    /// <exception cref="CommandException">An end of it is no place.</exception>
    public LogRange Range(ParseResult parsed) => new(
        parsed.GetValue(_from) is { } from ? LogPlace.Parse("--from", from) : null,
        parsed.GetValue(_to) is { } to ? LogPlace.Parse("--to", to) : null,
        parsed.GetValue(_limit) ?? limitDefault);
}
