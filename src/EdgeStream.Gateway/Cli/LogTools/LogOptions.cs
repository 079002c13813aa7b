using System.CommandLine;

namespace EdgeStream.Gateway.Cli.LogTools;

/// <summary>What every command below <c>edgestream log</c> has on its line: which logs, and how to print.</summary>
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

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command)
    {
        // An option that does not exist would otherwise be the name of a folder that does not exist.
        _folder.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && result.Tokens[0].Value.StartsWith('-'))
            {
                result.AddError($"'{result.Tokens[0].Value}' is no option of this command.");
            }
        });
        command.Arguments.Add(_folder);
        command.Options.Add(_stream);
        command.Options.Add(_shard);
        command.Options.Add(_json);
    }

    /// <summary>The logs that the line names.</summary>
    /// <exception cref="CommandException">There is none.</exception>
    public LogTargets Targets(ParseResult parsed) =>
        LogTargets.Find(parsed.GetValue(_folder), parsed.GetValue(_stream), parsed.GetValue(_shard));

    /// <summary>Whether the answer is JSON.</summary>
    public bool IsJson(ParseResult parsed) => parsed.GetValue(_json);
}
