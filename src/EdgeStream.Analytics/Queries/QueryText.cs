using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>Queries that are a text alone: what they are connected with is in the names.</summary>
public static class QueryText
{
    /// <summary>How many characters a text may have.</summary>
    public const int LengthMax = 64 * 1024;

    /// <summary>Makes a query of statements.</summary>
    /// <remarks>
    /// A declared stream that is called as a stream of the gateway is that stream: if a pump of the text inserts into
    /// it, its rows are appended there; if none does, the declared columns are how its records are read. Names in
    /// double quotes stand for themselves; without quotes the case does not matter where there is only one such stream.
    /// </remarks>
    /// <param name="streams">The names of the gateway's streams.</param>
    /// <param name="name">The query's name.</param>
    /// <param name="sql">The statements.</param>
    /// <param name="outputs">Further outputs, such as that of <c>RESULT</c>.</param>
    /// <param name="tables">Tables that may be joined by their names; the first of a name counts.</param>
    /// <exception cref="SqlException">The text cannot be read.</exception>
    public static QueryDefinition Define(
        IEnumerable<string> streams,
        string name,
        string sql,
        IReadOnlyList<QueryOutput>? outputs = null,
        IEnumerable<QueryReference>? tables = null)
    {
        var known = streams.ToHashSet(StringComparer.Ordinal);
        var statements = StatementParser.ParseScript(sql);
        var filled = statements.OfType<CreatePumpSyntax>().Select(pump => pump.Target.Value)
            .ToHashSet(StringComparer.Ordinal);
        var inputs = new List<QueryInput>();
        var all = new List<QueryOutput>(outputs ?? []);
        foreach (var create in statements.OfType<CreateStreamSyntax>())
        {
            var inside = create.Name.Value;
            if (StreamOf(known, sql, create.Name) is not { } stream)
            {
                continue;
            }

            if (!filled.Contains(inside))
            {
                inputs.RemoveAll(input => input.As == inside);
                inputs.Add(new QueryInput { Stream = stream, As = inside });
            }
            else if (!all.Exists(output => output.From == inside))
            {
                all.Add(new QueryOutput { From = inside, Stream = stream });
            }
        }

        var read = SourcesOf(statements).Where(source => StreamOf(known, sql, source) is null)
            .Select(static source => source.Value).ToHashSet(StringComparer.Ordinal);
        read.ExceptWith(statements.OfType<CreateStreamSyntax>().Select(static create => create.Name.Value));
        return new QueryDefinition
        {
            Name = name,
            Sql = sql,
            Inputs = inputs,
            Outputs = all,
            References = [.. (tables ?? []).Where(table => read.Contains(table.Name)).DistinctBy(table => table.Name)],
        };
    }

    /// <summary>What the statements read, by name.</summary>
    private static List<Token> SourcesOf(IReadOnlyList<StatementSyntax> statements)
    {
        var named = new List<Token>();
        foreach (var statement in statements)
        {
            if (statement is CreatePumpSyntax pump)
            {
                AddNames(pump.Query, named);
            }
            else if (statement is SelectStatementSyntax select)
            {
                AddNames(select.Query, named);
            }
        }

        return named;
    }

    private static void AddNames(QuerySyntax query, List<Token> names)
    {
        foreach (var select in query.Selects)
        {
            AddNames(select.From, names);
        }
    }

    private static void AddNames(SourceSyntax source, List<Token> names)
    {
        switch (source)
        {
            case NamedSourceSyntax named:
                names.Add(named.Name);
                break;
            case SubquerySourceSyntax subquery:
                AddNames(subquery.Query, names);
                break;
            case JoinSyntax join:
                AddNames(join.Left, names);
                AddNames(join.Right, names);
                break;
            case FunctionSourceSyntax function:
                foreach (var argument in function.Arguments)
                {
                    if (argument.Cursor is { } cursor)
                    {
                        AddNames(cursor, names);
                    }
                }

                break;
        }
    }

    /// <summary>How many statements a text has.</summary>
    /// <exception cref="SqlException">It cannot be read.</exception>
    public static int CountStatements(string sql) => StatementParser.ParseScript(sql).Count;

    /// <summary>Whether a query of a text limits a stream to a span of its history.</summary>
    /// <exception cref="SqlException">It cannot be read.</exception>
    public static bool IsOverHistory(string sql) => StatementParser.ParseScript(sql).Any(static statement => statement
        switch
        {
            CreatePumpSyntax pump => IsOverHistory(pump.Query),
            SelectStatementSyntax select => IsOverHistory(select.Query),
            _ => false,
        });

    private static bool IsOverHistory(QuerySyntax query) => query.Selects.Any(select => IsOverHistory(select.From));

    private static bool IsOverHistory(SourceSyntax source) => source switch
    {
        NamedSourceSyntax named => named.History is not null,
        SubquerySourceSyntax subquery => IsOverHistory(subquery.Query),
        JoinSyntax join => IsOverHistory(join.Left) || IsOverHistory(join.Right),
        FunctionSourceSyntax function => function.Arguments.Any(
            argument => argument.Cursor is { } cursor && IsOverHistory(cursor)),
        _ => false,
    };

    private static string? StreamOf(HashSet<string> streams, string sql, Token name)
    {
        if (streams.Contains(name.Value))
        {
            return name.Value;
        }

        var written = sql.Substring(name.Offset, name.Length);
        if (written.StartsWith('"'))
        {
            return null;
        }

        var found = streams.Where(
            stream => string.Equals(stream, written, StringComparison.OrdinalIgnoreCase)).ToList();
        return found is [var only] ? only : null;
    }
}
