using System.CommandLine;

namespace EdgeStream.Gateway.Cli.LogTools;

/// <summary>
/// What every command below <c>edgestream log</c> has on its line: which logs, how to print, and where it reads
/// records, which ones.
/// </summary>
internal sealed class LogOptions
{
    private readonly Argument<string?> _folder = new("folder")
    {
        Description = "A data folder, or the folder of a stream or a shard. Default: the configured data folder.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> _stream = new("--stream", "-s")
    {
        Description = "Only this stream; 'state' is the gateway's own state.", HelpName = "NAME",
    };

    private readonly Option<string?> _shard = new("--shard") { Description = "Only this shard.", HelpName = "ID" };

    private readonly Option<bool> _json = CommonOptions.Json();
    private readonly LogKeys _keys = new();

    private readonly RangeOptions? _range;

    /// <summary>The options of a command.</summary>
    /// <param name="recordsDefault">
    /// How many records it reads where the line does not say; null for a command that takes no range.
    /// </param>
    public LogOptions(long? recordsDefault = null) =>
        _range = recordsDefault is { } limit ? new RangeOptions(limit) : null;

    /// <summary>A command with these options and its own behind them.</summary>
    /// <param name="name">How it is called.</param>
    /// <param name="description">What the help says of it.</param>
    /// <param name="output">Where it writes.</param>
    /// <param name="own">The options that only it has.</param>
    /// <param name="run">Does it; answers with the exit code.</param>
    public Command ToCommand(
        string name, string description, CommandOutput output, Option[] own, Func<ParseResult, int> run)
    {
        // An option that does not exist would otherwise be the name of a folder that does not exist.
        _folder.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && result.Tokens[0].Value.StartsWith('-'))
            {
                result.AddError($"'{result.Tokens[0].Value}' is no option of this command.");
            }
        });
        var command = new Command(name, description);
        command.Arguments.Add(_folder);
        command.Options.Add(_stream);
        command.Options.Add(_shard);
        command.Options.Add(_json);
        _range?.AddTo(command);
        _keys.AddTo(command);
        foreach (var option in own)
        {
            command.Options.Add(option);
        }

        command.SetAction((parsed, _) => CommandGuard.RunAsync(output, () => Task.FromResult(run(parsed))));
        return command;
    }

    /// <summary>The logs that the line names.</summary>
    /// <exception cref="CommandException">There is none.</exception>
    public LogTargets Targets(ParseResult parsed) => LogTargets.Find(
        parsed.GetValue(_folder),
        parsed.GetValue(_stream),
        parsed.GetValue(_shard),
        _keys.ConfigFile(parsed),
        _keys.Read(parsed));

    /// <summary>Whether the answer is JSON.</summary>
    public bool IsJson(ParseResult parsed) => parsed.GetValue(_json);

    /// <summary>Whether the line names a range.</summary>
    public bool HasRange(ParseResult parsed) => _range is not null && _range.IsGiven(parsed);

    /// <summary>The range that the line names, or all that the command reads.</summary>
    /// <exception cref="CommandException">An end of it is no place.</exception>
    public LogRange Range(ParseResult parsed) =>
        _range?.Range(parsed) ?? throw new InvalidOperationException("This command takes no range.");
}
