using System.CommandLine;
using System.CommandLine.Invocation;
using System.Runtime.InteropServices;
using EdgeStream.Gateway.Composition;

namespace EdgeStream.Gateway.Cli;

/// <summary><c>edgestream version</c>.</summary>
internal static class VersionCommand
{
    /// <summary>Command lines for the help.</summary>
    public static readonly string[] Examples = ["edgestream version"];

    /// <summary>The command.</summary>
    public static Command Create(CommandOutput output)
    {
        var command = new Command("version", "Print the version.");
        command.SetAction(_ =>
        {
            output.Out.WriteLine(Text());
            return ExitCode.Ok;
        });
        return command;
    }

    /// <summary>The same as an option of the root.</summary>
    public static Option Option(CommandOutput output)
    {
        var option = new Option<bool>("--version") { Description = "Print the version." };
        option.Action = new PrintAction(output);
        return option;
    }

    private static string Text() =>
        $"edgestream {GatewayVersion.Text} ({RuntimeInformation.FrameworkDescription}, "
            + $"{RuntimeInformation.RuntimeIdentifier})";

    private sealed class PrintAction(CommandOutput output) : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            output.Out.WriteLine(Text());
            return ExitCode.Ok;
        }
    }
}
