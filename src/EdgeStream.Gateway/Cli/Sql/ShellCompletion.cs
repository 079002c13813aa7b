using EdgeStream.Analytics;
using EdgeStream.Gateway.Cli.Terminal;

namespace EdgeStream.Gateway.Cli.Sql;

/// <summary>Completes words of statements: keywords, functions, streams, and columns of the streams that a statement
/// names.</summary>
/// <param name="streams">The streams' names.</param>
/// <param name="columnsOf">The columns of a stream.</param>
/// <param name="before">What has come of the statement on earlier lines.</param>
internal sealed class ShellCompletion(
    Func<IReadOnlyList<string>> streams, Func<string, IReadOnlyList<string>> columnsOf, Func<string> before)
{
    private const int StreamsAskedMax = 8;
    private static readonly string[] BeforeStream = ["FROM", "JOIN", "INTO", "TABLE"];

    /// <summary>What the word before the cursor can be.</summary>
    public LineCompletion Complete(string line, int cursor)
    {
        if (line.StartsWith('\\'))
        {
            return OfCommand(line, cursor);
        }

        var start = StartOf(line, cursor);
        var word = line[start..cursor];
        var isQuoted = word.StartsWith('"');
        var prefix = isQuoted ? word[1..] : word;
        var found = new SortedSet<string>(StringComparer.OrdinalIgnoreCase);
        var text = before() + line;
        if (Array.Exists(BeforeStream, other => other == WordBefore(line[..start])))
        {
            AddNames(found, streams(), prefix, isQuoted);
            return new LineCompletion(start, [.. found]);
        }

        if (prefix.Length > 0 && !isQuoted)
        {
            AddWords(found, QueryWords.Keywords, prefix);
            AddWords(found, QueryWords.Functions, prefix);
            AddWords(found, QueryWords.Columns, prefix);
        }

        foreach (var stream in NamedIn(text))
        {
            AddNames(found, columnsOf(stream), prefix, isQuoted);
        }

        AddNames(found, streams(), prefix, isQuoted);
        return new LineCompletion(start, [.. found]);
    }

    private LineCompletion OfCommand(string line, int cursor)
    {
        var start = line.LastIndexOf(' ', Math.Max(0, cursor - 1)) + 1;
        var prefix = line[start..cursor];
        var names = start == 0 ? ShellCommands.Names
            : line.StartsWith("\\d ", StringComparison.Ordinal) ? streams()
            : [];
        return new LineCompletion(
            start,
            [.. names.Where(name => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)).Order(
                StringComparer.Ordinal)]);
    }

    /// <summary>The streams that a statement names; without one, all, as the columns are often written first.</summary>
    private IEnumerable<string> NamedIn(string text)
    {
        var all = streams();
        var named = all.Where(stream => text.Contains(stream, StringComparison.OrdinalIgnoreCase)).ToList();
        return (named.Count > 0 ? named : all).Take(StreamsAskedMax);
    }

    private static void AddWords(SortedSet<string> found, IReadOnlyList<string> words, string prefix)
    {
        var isLower = prefix.All(static character => !char.IsUpper(character));
        foreach (var word in words)
        {
            if (word.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            {
                found.Add(isLower ? word.ToLowerInvariant() : word);
            }
        }
    }

    /// <summary>Names that need quotes, or were begun with one, are in quotes.</summary>
    private static void AddNames(SortedSet<string> found, IReadOnlyList<string> names, string prefix, bool isQuoted)
    {
        foreach (var name in names)
        {
            if (name.StartsWith(prefix, isQuoted ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase))
            {
                found.Add(isQuoted || !IsPlain(name)
                    ? $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
                    : name);
            }
        }
    }

    private static bool IsPlain(string name) =>
        name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(IsWord)
        && !QueryWords.Keywords.Contains(name.ToUpperInvariant());

    private static int StartOf(string line, int cursor)
    {
        var start = cursor;
        while (start > 0 && IsWord(line[start - 1]))
        {
            start--;
        }

        // A name in quotes may have other characters: where one is open it begins there.
        var quote = line.LastIndexOf('"', Math.Max(0, cursor - 1), cursor);
        return quote >= 0 && line.AsSpan(0, cursor).Count('"') % 2 == 1 ? quote : start;
    }

    private static string WordBefore(string line)
    {
        var end = line.AsSpan().TrimEnd().Length;
        var start = end;
        while (start > 0 && IsWord(line[start - 1]))
        {
            start--;
        }

        return line[start..end].ToUpperInvariant();
    }

    private static bool IsWord(char character) => char.IsLetterOrDigit(character) || character == '_';
}
