using EdgeStream.Storage;

namespace EdgeStream.Gateway.Cli;

/// <summary>Turns what ends a command into a message and an exit code.</summary>
internal static class CommandGuard
{
    /// <summary>Runs a command's work.</summary>
    public static async Task<int> RunAsync(CommandOutput output, Func<Task<int>> work)
    {
        try
        {
            return await work();
        }
        catch (CommandException refused)
        {
            output.Error.WriteLine($"edgestream: {refused.Message}");
            return refused.ExitCode;
        }
        catch (Exception ended) when (ended is OperationCanceledException or OutputClosedException)
        {
            // Ended by the person who started it, or who read enough.
            return ExitCode.Ok;
        }
        catch (EncryptionKeyException missing)
        {
            output.Error.WriteLine(
                $"edgestream: {missing.Message} Name it with --key-file FILE, or its configuration with --config "
                    + "FILE.");
            return ExitCode.Config;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            output.Error.WriteLine($"edgestream: {error.Message}");
            return ExitCode.InputOutput;
        }
    }
}
