using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using EdgeStream.Gateway.Cli.LogTools;
using EdgeStream.Gateway.Cli.Sql;

namespace EdgeStream.Gateway.Cli;

/// <summary>The command line: every command, its options, its help and its exit codes.</summary>
internal static class CommandTree
{
    /// <summary>Runs a command line.</summary>
    /// <returns>What the process exits with; see <see cref="ExitCode"/>.</returns>
    public static async Task<int> InvokeAsync(string[] arguments, CommandOutput output)
    {
        var root = Create(output);
        // A payload may begin with '@': nothing on the line is the name of a file with more of it.
        var parsed = root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        string[] errors = [.. parsed.Errors.Select(error => error.Message), .. Misplaced(parsed)];
        if (errors.Length > 0 && parsed.Action is not HelpWithExamples)
        {
            foreach (var error in errors)
            {
                output.Error.WriteLine($"edgestream: {error}");
            }

            output.Error.WriteLine($"Try '{PathOf(parsed.CommandResult.Command)} --help'.");
            return ExitCode.Usage;
        }

        // The gateway handles signals itself; the other commands end at once.
        var configuration = new InvocationConfiguration
        {
            Output = output.Out,
            Error = output.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        try
        {
            return await parsed.InvokeAsync(configuration);
        }
        catch (OutputClosedException)
        {
            return ExitCode.Ok;
        }
        catch (Exception error)
        {
            output.Error.WriteLine(
                $"edgestream: this is a bug, please report it: {error.ToString().ReplaceLineEndings(" ")}");
            return ExitCode.Software;
        }
    }

    /// <summary>All commands; without one the gateway runs.</summary>
    public static RootCommand Create(CommandOutput output)
    {
        var root = new RootCommand("EdgeStream: an offline-first telemetry gateway. Without a command it runs.");
        var commands = new (Command Command, string[] Examples)[]
        {
            (RunCommand.Create(output), RunCommand.Examples),
            (ValidateCommand.Create(output), ValidateCommand.Examples),
            (StreamsCommand.Create(output, Help), StreamsCommand.Examples),
            (DevicesCommand.Create(output, Help), DevicesCommand.Examples),
            (DeliveriesCommand.Create(output, Help), DeliveriesCommand.Examples),
            (AlertsCommand.Create(output, Help), AlertsCommand.Examples),
            (BacktestCommand.Create(output), BacktestCommand.Examples),
            (SqlCommand.Create(output, Help), SqlCommand.Examples),
            (TapCommand.Create(output), TapCommand.Examples),
            (PublishCommand.Create(output), PublishCommand.Examples),
            (ExplainCommand.Create(output), ExplainCommand.Examples),
            (DeadLetterCommand.Create(output, Help), DeadLetterCommand.Examples),
            (DetectCommand.Create(output), DetectCommand.Examples),
            (SensorsCommand.Create(output, Help), SensorsCommand.Examples),
            (CheckCommand.Create(output), CheckCommand.Examples),
            (UserCommand.Create(output, Help), UserCommand.Examples),
            (LogCommand.Create(output, Help), LogCommand.Examples),
            (VersionCommand.Create(output), VersionCommand.Examples),
        };
        foreach (var (command, examples) in commands)
        {
            command.Options.Add(Help(examples));
            root.Subcommands.Add(command);
        }

        RunCommand.AddTo(root, output);
        foreach (var option in root.Options.ToArray())
        {
            if (option is HelpOption or VersionOption)
            {
                root.Options.Remove(option);
            }
        }

        root.Options.Add(Help(
            ["edgestream", "edgestream run --demo", "edgestream tap readings", "edgestream tap --help"]));
        root.Options.Add(VersionCommand.Option(output));
        return root;
    }

    /// <summary>Options in front of a command belong to no command: followed silently they would be ignored.</summary>
    private static IEnumerable<string> Misplaced(ParseResult parsed) => parsed.CommandResult.Command is RootCommand
        ? []
        : parsed.RootCommandResult.Children.OfType<OptionResult>()
            .Where(option => !option.Implicit)
            .Select(option => $"'{option.Option.Name}' stands before the command; write it after "
                + $"'{parsed.CommandResult.Command.Name}'.");

    private static HelpOption Help(string[] examples)
    {
        var option = new HelpOption();
        if (option.Action is HelpAction inner)
        {
            option.Action = new HelpWithExamples(inner, examples);
        }

        return option;
    }

    private static string PathOf(Command command)
    {
        foreach (var parent in command.Parents)
        {
            if (parent is Command above)
            {
                return $"{PathOf(above)} {command.Name}";
            }
        }

        return "edgestream";
    }
}
