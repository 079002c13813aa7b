using EdgeStream.Streams;

namespace EdgeStream.Gateway.Composition;

/// <summary>The gateway cannot start; the message says why and what to change.</summary>
/// <param name="exitCode">What the process exits with; see <see cref="Cli.ExitCode"/>.</param>
/// <param name="message">For a person, one line.</param>
/// <param name="innerException">The cause.</param>
internal sealed class StartException(int exitCode, string message, Exception innerException)
    : Exception(message.ReplaceLineEndings(" "), innerException)
{
    /// <summary>What the process exits with.</summary>
    public int ExitCode { get; } = exitCode;

    /// <summary>Whether the disk or what is on it is the cause, not the configuration and not the program.</summary>
    public static bool IsOfDisk(Exception error) =>
        error is IOException or UnauthorizedAccessException or InvalidDataException or StreamException;

    /// <summary>The error itself if it says what to do already, else one that says as much as is known.</summary>
    public static StartException Of(Exception error) => error switch
    {
        StartException explained => explained,
        _ when IsOfDisk(error) => new StartException(
            Cli.ExitCode.InputOutput, $"The gateway cannot start: {error.Message}", error),
        _ => new StartException(
            Cli.ExitCode.Software,
            $"The gateway cannot start; this is a bug, please report it: {error.GetType().Name}: {error.Message}",
            error),
    };

    /// <summary>Starts a part and names it when it can't be started.</summary>
    /// <exception cref="StartException">The part could not be started.</exception>
    public static async Task ExplainAsync(string part, Func<Task> start)
    {
        try
        {
            await start();
        }
        catch (ArgumentException error)
        {
            throw new StartException(
                Cli.ExitCode.Config, $"The {part} cannot be as configured: {error.Message}", error);
        }
        catch (Exception error) when (IsOfDisk(error))
        {
            throw new StartException(
                Cli.ExitCode.InputOutput, $"The {part} cannot be started: {error.Message}", error);
        }
    }
}
