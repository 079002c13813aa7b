using System.CommandLine;
using System.CommandLine.Help;

namespace EdgeStream.Gateway.Cli.LogTools;

/// <summary><c>edgestream log</c>: looks into a data folder and repairs it, without a gateway.</summary>
internal static class LogCommand
{
    /// <summary>Command lines for the help.</summary>
    public static readonly string[] Examples =
    [
        "edgestream log verify && echo every byte is right",
        "edgestream log stat /var/lib/edgestream --stream readings",
        "edgestream log export --stream readings --from 2026-01-31T12:00:00Z > records.jsonl",
        "edgestream log verify --help",
    ];

    /// <summary>The command and those below it.</summary>
    public static Command Create(CommandOutput output, Func<string[], HelpOption> help)
    {
        var log = new Command(
            "log", "Look into the log of a stopped gateway, or of a running one without changing it; repair it.");
        Add(log, InspectCommand.Create(output), help(InspectCommand.Examples));
        Add(log, VerifyCommand.Create(output), help(VerifyCommand.Examples));
        Add(log, RepairCommand.Create(output), help(RepairCommand.Examples));
        Add(log, ExportCommand.Create(output), help(ExportCommand.Examples));
        Add(log, StatCommand.Create(output), help(StatCommand.Examples));
        return log;
    }

    private static void Add(Command log, Command command, HelpOption help)
    {
        command.Options.Add(help);
        log.Subcommands.Add(command);
    }
}
