namespace EdgeStream.Gateway.Cli.Terminal;

/// <summary>A terminal whose bytes come as they are typed.</summary>
internal interface ITerminal
{
    /// <summary>How many columns it has.</summary>
    int Width { get; }

    /// <summary>Has bytes come as they are typed, unseen, until what it returns is disposed.</summary>
    IDisposable BeginRaw();

    /// <summary>The next byte; -1 when none comes any more, -2 when none came within the time.</summary>
    /// <param name="waitMs">How long to wait in milliseconds; -1 for as long as it takes.</param>
    int ReadByte(int waitMs);

    /// <summary>Shows a text.</summary>
    void Write(string text);
}
