using System.Diagnostics;

namespace EdgeStream.Testing;

/// <summary>Runs a command to its end.</summary>
public static class Command
{
    private static readonly TimeSpan DeadlineDefault = TimeSpan.FromSeconds(60);

    /// <summary>Runs a program with arguments, and with a text on its standard input where one is given.</summary>
    /// <remarks>A command that outlives the deadline is killed with its children.</remarks>
    /// <exception cref="TimeoutException">The deadline passed; the message holds both outputs.</exception>
    public static async Task<CommandResult> RunAsync(
        string program, IEnumerable<string> arguments, string? input = null, TimeSpan? deadline = null)
    {
        using var process = Start(program, arguments, workingFolder: null);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();

        using var timeout = new CancellationTokenSource(deadline ?? DeadlineDefault);
        try
        {
            await process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} did not end in time.\n{await output}\n{await error}");
        }

        return new CommandResult(process.ExitCode, await output, await error);
    }

    /// <summary>Starts a program with all three streams redirected.</summary>
    public static Process Start(
        string program,
        IEnumerable<string> arguments,
        string? workingFolder,
        IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = workingFolder ?? "",
        };
        foreach (var variable in (ReadOnlySpan<string>)["NOTIFY_SOCKET", "WATCHDOG_USEC", "STATE_DIRECTORY"])
        {
            // The service manager's own; a child of a test is nobody's service.
            start.Environment.Remove(variable);
        }

        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        return Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
    }
}
