using System.Text;
using EdgeStream.Gateway.Cli;

namespace EdgeStream.Gateway.Tests.Cli;

/// <summary>Runs command lines as the program would and keeps what they write.</summary>
internal static class CommandLine
{
    public static async Task<(int ExitCode, string Out, string Error)> RunAsync(params string[] arguments) =>
        await RunAsync(isTerminal: false, input: "", arguments);

    public static async Task<(int ExitCode, string Out, string Error)> RunAsync(
        bool isTerminal, string input, params string[] arguments) =>
        await RunAsync(isTerminal, isErrorTerminal: isTerminal, input, arguments);

    /// <summary>As where the results go to a file and the errors to a screen, or the other way round.</summary>
    public static async Task<(int ExitCode, string Out, string Error)> RunAsync(
        bool isTerminal, bool isErrorTerminal, string input, params string[] arguments)
    {
        var output = new StringWriter();
        var error = new StringWriter();
        var code = await CommandTree.InvokeAsync(arguments, new CommandOutput(
            output, error, () => new MemoryStream(Encoding.UTF8.GetBytes(input)), isTerminal)
        {
            IsErrorTerminal = isErrorTerminal,
        });
        return (code, output.ToString(), error.ToString());
    }
}
