namespace EdgeStream.Gateway.Cli;

/// <summary>Ends a command with a message for the person and an exit code.</summary>
internal sealed class CommandException(int exitCode, string message) : Exception(message)
{
    /// <summary>What the process exits with.</summary>
    public int ExitCode { get; } = exitCode;
}
