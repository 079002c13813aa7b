using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>Makes a query's operators of its statements.</summary>
internal sealed class ApplicationPlanner : ISourceCatalog
{
    /// <summary>What the rows of a query that no pump takes are called.</summary>
    public const string ResultName = "RESULT";

    private readonly QueryDefinition _definition;
    private readonly Func<string, IReadOnlyList<QueryInputColumn>?> _discover;
    private readonly QueryGraph _graph;
    private readonly Dictionary<string, SourceStream> _sources = new(StringComparer.Ordinal);
    private readonly List<(string From, string To, Token Token)> _edges = [];
    private string _current = "";

    private ApplicationPlanner(QueryDefinition definition, Func<string, IReadOnlyList<QueryInputColumn>?> discover)
    {
        _definition = definition;
        _discover = discover;
        _graph = new QueryGraph(new QueryContext(new QueryLimits(definition.GroupsMax, definition.RowsMax)));
    }

    private string Text => _definition.Sql;

    /// <summary>Plans a query.</summary>
    /// <param name="definition">The query.</param>
    /// <param name="discover">The columns that the newest records of a stream of the gateway hold; null where
    /// there is no
    /// stream of that name.</param>
    /// <exception cref="SqlException">The text is wrong.</exception>
    /// <exception cref="ArgumentException">What the query is connected with is wrong.</exception>
    public static QueryGraph Plan(
        QueryDefinition definition, Func<string, IReadOnlyList<QueryInputColumn>?> discover)
    {
        var planner = new ApplicationPlanner(definition, discover);
        planner.DeclareTables();
        var statements = StatementParser.ParseScript(definition.Sql);
        planner.DeclareStreams(statements);
        var connect = planner.PlanPumps(statements);
        planner.RefuseCycles();
        connect.ForEach(action => action());
        planner.CheckOutputs();
        planner._graph.Context.Clock.Reschedule();
        return planner._graph;
    }

    public Relation Stream(Token name, HistorySyntax? history)
    {
        if (_graph.Streams.TryGetValue(name.Value, out var stream) && history is null)
        {
            _edges.Add((name.Value, _current, name));
            return new StreamRelation(stream);
        }

        var source = Source(name);
        if (history is not null)
        {
            _graph.History[source] = (
                Constants.Time(Text, history.From), Constants.Time(Text, history.To));
        }

        return new SourceRelation(source);
    }

    public ReferenceTable? Table(Token name)
    {
        foreach (var (table, _) in _graph.Tables)
        {
            if (ColumnName.Matches(name, table.Schema.Name))
            {
                return table;
            }
        }

        return null;
    }

    private SourceStream Source(Token name)
    {
        if (_sources.TryGetValue(name.Value, out var known))
        {
            return known;
        }

        var input = _definition.Inputs.FirstOrDefault(input => (input.As ?? input.Stream) == name.Value)
            ?? _definition.Inputs.FirstOrDefault(input => ColumnName.Matches(name, input.As ?? input.Stream));
        if (input is null)
        {
            var written = Text.Substring(name.Offset, name.Length).Trim('"');
            var found = _discover(name.Value) is not null ? name.Value
                : _discover(written) is not null ? written
                : null;
            input = found is not null
                ? new QueryInput { Stream = found }
                : throw SqlErrors.At(Text, name, $"There is no stream {name.Value}",
                    Known(), "Declare it with CREATE STREAM, or name a stream of the gateway.");
        }

        var source = new SourceStream(input, name.Value, () => _discover(input.Stream) ?? []);
        _sources.Add(name.Value, source);
        _graph.Sources.Add(source);
        return source;
    }

    private string? Known()
    {
        var names = _graph.Streams.Keys.Where(key => key is not (ErrorNames.Stream or ResultName))
            .Concat(_definition.Inputs.Select(input => input.As ?? input.Stream)).ToList();
        return names.Count == 0 ? null : $"The query has {string.Join(", ", names)}.";
    }

    private void DeclareTables()
    {
        foreach (var reference in _definition.References)
        {
            if (reference.Columns.Count == 0)
            {
                throw new ArgumentException($"Table {reference.Name} has no columns. List them with their types.");
            }

            var schema = new StreamSchema(
                reference.Name,
                [.. reference.Columns.Select(column => new SchemaColumn(column.Name, column.Type))]);
            _graph.Tables.Add((new ReferenceTable(schema), reference));
        }
    }

    /// <summary>A stream that is declared like an input gives the input its columns.</summary>
    private void DeclareStreams(IReadOnlyList<StatementSyntax> statements)
    {
        _graph.Streams.Add(ErrorNames.Stream, new InApplicationStream(ErrorReporter.Schema));
        _graph.Context.Errors.Sink = _graph.Streams[ErrorNames.Stream];
        foreach (var statement in statements)
        {
            if (statement is DropSyntax { IsPump: false } drop && !_graph.Streams.Remove(drop.Name.Value))
            {
                throw SqlErrors.At(Text, drop.Name, $"There is no stream {drop.Name.Value} to drop");
            }

            if (statement is not CreateStreamSyntax create)
            {
                continue;
            }

            if (!create.IsReplacing && _graph.Streams.ContainsKey(create.Name.Value))
            {
                throw SqlErrors.At(Text, create.Name, $"There are two streams {create.Name.Value}", null,
                    "Write CREATE OR REPLACE STREAM if the later one is meant.");
            }

            var input = _definition.Inputs.FirstOrDefault(input => (input.As ?? input.Stream) == create.Name.Value);
            if (input is { Columns.Count: 0 })
            {
                var columns = create.Columns.Select(column => new QueryInputColumn(
                    column.Name.Value, column.Type, MappingOf(column)));
                var source = new SourceStream(input with { Columns = [.. columns] }, create.Name.Value, () => []);
                _sources[create.Name.Value] = source;
                _graph.Sources.Add(source);
            }
            else
            {
                _graph.Streams[create.Name.Value] = new InApplicationStream(new StreamSchema(
                    create.Name.Value,
                    [.. create.Columns.Select(column => new SchemaColumn(column.Name.Value, column.Type))]));
            }
        }
    }

    /// <summary>A description that is a path says where the column stands in a record.</summary>
    private static string? MappingOf(ColumnSyntax column) =>
        column.Description is { } text && text.StartsWith("$.", StringComparison.Ordinal) ? text : null;

    private List<Action> PlanPumps(IReadOnlyList<StatementSyntax> statements)
    {
        var connect = new List<Action>();
        var queries = new QueryPlanner(Text, this);
        foreach (var pump in RunningPumps(statements))
        {
            if (!_graph.Streams.TryGetValue(pump.Target.Value, out var target)
                || target.Schema.Name == ErrorNames.Stream)
            {
                throw SqlErrors.At(Text, pump.Target, $"There is no stream {pump.Target.Value} to insert into", Known(),
                    "Declare it first: CREATE OR REPLACE STREAM name (column type, …).");
            }

            _current = pump.Target.Value;
            var query = queries.Plan(pump.Query);
            var insertion = InsertionPlan.Of(Text, pump, query.Columns, target.Schema);
            connect.Add(() => query.Connect(
                _graph.Context, new Insertion(_graph.Context, insertion, pump.Name.Value, target)));
        }

        foreach (var select in statements.OfType<SelectStatementSyntax>())
        {
            if (_graph.Streams.ContainsKey(ResultName))
            {
                throw SqlErrors.At(Text, select.Token, "Only one query may stand without a pump", null,
                    "Let pumps insert what the others give into streams.");
            }

            _current = ResultName;
            var query = queries.Plan(select.Query);
            var result = new InApplicationStream(new StreamSchema(ResultName, query.Columns));
            _graph.Streams.Add(ResultName, result);
            connect.Add(() => query.Connect(_graph.Context, result));
        }

        return connect.Count > 0
            ? connect
            : throw SqlErrors.At(Text, statements[0].Token, "The script has no query that runs", null,
                "Add a pump, or a SELECT STREAM.");
    }

    private List<CreatePumpSyntax> RunningPumps(IReadOnlyList<StatementSyntax> statements)
    {
        var pumps = new List<CreatePumpSyntax>();
        foreach (var statement in statements)
        {
            switch (statement)
            {
                case CreatePumpSyntax pump:
                    var isThere = pumps.RemoveAll(other => other.Name.Value == pump.Name.Value) > 0;
                    pumps.Add(isThere && !pump.IsReplacing
                        ? throw SqlErrors.At(Text, pump.Name, $"There are two pumps {pump.Name.Value}", null,
                            "Write CREATE OR REPLACE PUMP if the later one is meant.")
                        : pump);
                    break;
                case AlterPumpSyntax alter:
                    var index = IndexOf(pumps, alter.Name);
                    pumps[index] = pumps[index] with { IsStopped = alter.IsStopped };
                    break;
                case DropSyntax { IsPump: true } drop:
                    pumps.RemoveAt(IndexOf(pumps, drop.Name));
                    break;
            }
        }

        pumps.RemoveAll(pump => pump.IsStopped);
        return pumps;
    }

    private int IndexOf(List<CreatePumpSyntax> pumps, Token name)
    {
        var index = pumps.FindIndex(pump => pump.Name.Value == name.Value);
        return index >= 0 ? index : throw SqlErrors.At(Text, name, $"There is no pump {name.Value}");
    }

    /// <summary>A stream that came to be filled from itself would never be done with a row.</summary>
    private void RefuseCycles()
    {
        foreach (var (from, _, token) in _edges)
        {
            var reached = new HashSet<string>(StringComparer.Ordinal);
            var open = new Stack<string>([from]);
            while (open.TryPop(out var stream))
            {
                foreach (var edge in _edges.Where(edge => edge.From == stream))
                {
                    if (edge.To == from)
                    {
                        throw SqlErrors.At(Text, token, $"Stream {from} is filled from itself",
                            "Its pumps form a circle.");
                    }

                    if (reached.Add(edge.To))
                    {
                        open.Push(edge.To);
                    }
                }
            }
        }
    }

    private void CheckOutputs()
    {
        foreach (var output in _definition.Outputs)
        {
            if (!_graph.Streams.TryGetValue(output.From, out var stream))
            {
                throw new ArgumentException(
                    $"Query {_definition.Name} has no in-application stream {output.From} for stream {output.Stream}. "
                    + $"It has {string.Join(", ", _graph.Streams.Keys)}.");
            }

            if (output.KeyColumn is { } key && stream.Schema.Find(key) < 0)
            {
                throw new ArgumentException(
                    $"Stream {output.From} of query {_definition.Name} has no column {key} to take keys from.");
            }
        }
    }
}
