using System.Text.RegularExpressions;

namespace EdgeStream.Gateway.Cli.Sql;

/// <summary>What a session at the terminal knows: how it asks, and what it has declared.</summary>
/// <remarks>Statements that are no question (CREATE, ALTER, DROP) are kept and stand before every later one; nothing of
/// them is left in the gateway.</remarks>
internal sealed partial class ShellState(SqlSettings settings)
{
    private readonly List<string> _declared = [];

    /// <summary>What queries are run over, and how their rows are written.</summary>
    public SqlSettings Settings { get; set; } = settings;

    /// <summary>What has been declared, in order.</summary>
    public IReadOnlyList<string> Declared => _declared;

    /// <summary>The last question with what had been declared before it; null before the first.</summary>
    public string? LastScript { get; set; }

    /// <summary>What stands before a statement.</summary>
    public string Prelude => string.Concat(_declared.Select(static statement => statement + "\n"));

    /// <summary>Whether a statement declares something, and asks nothing.</summary>
    public static bool IsDeclaration(string statement) => Declaration().IsMatch(statement);

    /// <summary>What has to stand behind a declaration so that it can be checked: a question about the stream that it
    /// makes. Null where it cannot be checked by itself.</summary>
    public static string? QuestionAbout(string statement) =>
        StreamName().Match(statement) is { Success: true } stream ? $"\nSELECT STREAM * FROM {stream.Groups[1].Value};"
        : Pump().IsMatch(statement) ? ""
        : null;

    /// <summary>Keeps a declaration.</summary>
    public void Declare(string statement) => _declared.Add(statement);

    /// <summary>Forgets all declarations.</summary>
    public void Forget() => _declared.Clear();

    [GeneratedRegex(@"\A\s*(CREATE|ALTER|DROP)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Declaration();

    [GeneratedRegex(
        "\\A\\s*CREATE\\s+(?:OR\\s+REPLACE\\s+)?STREAM\\s+(\"(?:[^\"]|\"\")*\"|\\w+)",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex StreamName();

    [GeneratedRegex(
        @"\A\s*CREATE\s+(?:OR\s+REPLACE\s+)?PUMP\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Pump();
}
