using System.CommandLine;
using EdgeStream.Gateway.Cli.LogTools;

namespace EdgeStream.Gateway.Cli.Backtest;

/// <summary>What <c>edgestream backtest</c> takes.</summary>
internal sealed class BacktestOptions
{
    /// <summary>The rule or the query.</summary>
    public Argument<string?> Name { get; } = new("name")
    {
        Description = "The name of a rule or of a query; may be left out where --rule names a file with one rule, "
            + "and with --sql.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    /// <summary>A file with rules.</summary>
    public Option<string?> Draft { get; } = new("--rule")
    {
        Description = "Take the rule from this file, written as in the configuration (rules: - name: …), instead "
            + "of from the configuration.",
        HelpName = "FILE",
    };

    /// <summary>A file with a query.</summary>
    public Option<string?> Sql { get; } = new("--sql")
    {
        Description = "Test the query in this file, of statements as 'edgestream sql' takes them, with the rules "
            + "that watch the streams it fills.",
        HelpName = "FILE",
    };

    /// <summary>The column that is the key of a query's rows.</summary>
    public Option<string?> Key { get; } = new("--key")
    {
        Description = "The column whose value is the key of a query's rows, as 'key:' of an output. Default: that of "
            + "the gateway's query that fills the same stream.",
        HelpName = "COLUMN",
    };

    /// <summary>How much later than the rows alerts may have been raised.</summary>
    public Option<string> Lag { get; } = new("--lag")
    {
        Description = "An alert over a query's rows that was raised up to so much later is the same: by so much a "
            + "query that ran may have lagged behind.",
        HelpName = "DURATION",
        DefaultValueFactory = _ => "1m",
    };

    /// <summary>How many rows are shown.</summary>
    public Option<int> Limit { get; } = new("--limit", "-n")
    {
        Description = "Show this many rows of a query; all are evaluated.",
        HelpName = "COUNT",
        DefaultValueFactory = _ => 20,
    };

    /// <summary>The gateway that runs a query.</summary>
    public Option<Uri?> Url { get; } = CommonOptions.Url();

    /// <summary>The data folder that a rule is tested on.</summary>
    public Option<string?> Data { get; } = new("--data", "-d")
    {
        Description = "The data folder. Default: the configured one.", HelpName = "FOLDER",
    };

    /// <summary>The beginning.</summary>
    public Option<string?> From { get; } = new("--from")
    {
        Description = "Since when: a time in ISO 8601, or how long ago, such as 7d. Default: all there is.",
        HelpName = "TIME",
    };

    /// <summary>The end.</summary>
    public Option<string?> To { get; } = new("--to")
    {
        Description = "Until when, the same way. Default: now.", HelpName = "TIME",
    };

    /// <summary>How much is evaluated before the beginning.</summary>
    public Option<string> WarmUp { get; } = new("--warm-up")
    {
        Description = "What arrived so long before --from is evaluated first, so that the rule knows what it would "
            + "have known then.",
        HelpName = "DURATION",
        DefaultValueFactory = _ => "1h",
    };

    /// <summary>Whether a difference ends with 1.</summary>
    public Option<bool> Check { get; } = new("--check") { Description = "End with 1 where the two differ." };

    /// <summary>Whether JSON is printed.</summary>
    public Option<bool> Json { get; } = CommonOptions.Json();

    /// <summary>Keys of encrypted logs, and the configuration file.</summary>
    public LogKeys Keys { get; } = new();

    /// <summary>Adds all of them to a command.</summary>
    public void AddTo(Command command)
    {
        command.Arguments.Add(Name);
        foreach (var option in (Option[])[Draft, Sql, Key, Data, From, To, WarmUp, Lag, Check, Limit, Url, Json])
        {
            command.Options.Add(option);
        }

        Keys.AddTo(command);
    }
}
