using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>A column's name as a query writes it: a source before it where one is named, and the names of JSON members
/// where there are more.</summary>
internal sealed class ColumnName(string text, IReadOnlyList<Token> parts, int first)
{
    public string Text => text;

    public Token Token => parts[first];

    /// <summary>How many parts are left.</summary>
    public int Count => parts.Count - first;

    /// <summary>The parts that are left, as they are written.</summary>
    public IEnumerable<string> Written => parts.Skip(first).Select(part => part.Value);

    /// <summary>Whether the first part names a source.</summary>
    public bool IsQualifiedBy(Token? alias) => Count > 1 && alias is { } source && Matches(parts[first], source.Value);

    /// <summary>The name behind its first part.</summary>
    public ColumnName Rest => new(text, parts, first + 1);

    public bool IsRowtime => Count == 1 && parts[first].Is("ROWTIME");

    public bool IsWord(string word) => Count == 1 && parts[first].Is(word);

    /// <summary>Finds the name among others: as it stands for itself, else, without quotes, the only one that is the
    /// same but for case.</summary>
    public int FindIn(IReadOnlyList<SchemaColumn> columns)
    {
        var folded = QueryParser.Folded(parts[first]).Value;
        var found = -1;
        for (var index = 0; index < columns.Count; index++)
        {
            if (columns[index].Name == folded)
            {
                return index;
            }

            if (parts[first].Kind == TokenKind.Identifier
                && string.Equals(columns[index].Name, folded, StringComparison.OrdinalIgnoreCase))
            {
                found = found < 0
                    ? index
                    : throw SqlErrors.At(text, parts[first], $"{parts[first].Value} stands for more than one column",
                        $"There are {columns[found].Name} and {columns[index].Name}.",
                        "Write it in double quotes, in the case that is meant.");
            }
        }

        return found;
    }

    public static bool Matches(Token written, string name) =>
        QueryParser.Folded(written).Value == name
        || (written.Kind == TokenKind.Identifier
            && string.Equals(written.Value, name, StringComparison.OrdinalIgnoreCase));
}
