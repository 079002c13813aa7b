namespace EdgeStream.Gateway.Cli;

/// <summary>Where commands read and write.</summary>
/// <param name="Out">Results.</param>
/// <param name="Error">What goes wrong.</param>
/// <param name="In">Opens what is piped in.</param>
/// <param name="IsTerminal">Whether a person reads the results: tables are aligned for one, lines are plain
/// otherwise.</param>
internal sealed record CommandOutput(TextWriter Out, TextWriter Error, Func<Stream> In, bool IsTerminal)
{
    /// <summary>Whether a person reads what goes wrong: a line there may be written over.</summary>
    public bool IsErrorTerminal { get; init; }

    /// <summary>Those of this process.</summary>
    public static CommandOutput OfProcess() => new(
        new StreamWriter(new StandardOutput()) { AutoFlush = true },
        Console.Error,
        Console.OpenStandardInput,
        !Console.IsOutputRedirected)
    {
        IsErrorTerminal = !Console.IsErrorRedirected,
    };
}
