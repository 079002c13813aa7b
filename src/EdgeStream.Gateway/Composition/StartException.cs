namespace EdgeStream.Gateway.Composition;

/// <summary>The gateway cannot start; the message says why and what to change.</summary>
/// <param name="exitCode">What the process exits with; see <see cref="Cli.ExitCode"/>.</param>
/// <param name="message">For a person.</param>
/// <param name="innerException">The cause.</param>
internal sealed class StartException(int exitCode, string message, Exception innerException)
    : Exception(message, innerException)
{
    /// <summary>What the process exits with.</summary>
    public int ExitCode { get; } = exitCode;
}
