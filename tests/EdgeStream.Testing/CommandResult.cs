namespace EdgeStream.Testing;

/// <summary>How a command ended.</summary>
/// <param name="ExitCode">Its exit code; 128 + n when signal n ended it.</param>
/// <param name="Output">What it wrote to standard output.</param>
/// <param name="Error">What it wrote to standard error.</param>
public sealed record CommandResult(int ExitCode, string Output, string Error)
{
    /// <summary>The result, if the command succeeded.</summary>
    /// <exception cref="InvalidOperationException">The exit code is not 0; the message holds both outputs.</exception>
    public CommandResult OrThrow() => ExitCode == 0
        ? this
        : throw new InvalidOperationException($"Exit code {ExitCode}.\n{Output}\n{Error}");
}
