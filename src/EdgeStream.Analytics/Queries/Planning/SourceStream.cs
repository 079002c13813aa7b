using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>A stream of the gateway as a query sees it: its columns, and where its rows go.</summary>
/// <remarks>Without a declared schema a column is there as soon as it is named, as a JSON path; a star stands for what
/// the newest records hold.</remarks>
internal sealed class SourceStream
{
    private static readonly (string Name, ColumnOrigin Origin, SqlType Type)[] BuiltIn =
    [
        ("APPROXIMATE_ARRIVAL_TIME", ColumnOrigin.ArrivalTime, SqlType.Timestamp),
        ("EVENT_TIME", ColumnOrigin.EventTime, SqlType.Timestamp),
        ("PARTITION_KEY", ColumnOrigin.PartitionKey, SqlType.Text),
        ("SHARD_ID", ColumnOrigin.ShardId, SqlType.Text),
        ("SEQUENCE_NUMBER", ColumnOrigin.SequenceNumber, SqlType.Integer),
    ];

    private readonly List<SourceColumn> _columns = [];
    private readonly Func<IReadOnlyList<QueryInputColumn>> _discover;
    private List<int>? _star;

    /// <summary>A stream with the columns of its input, or those that <paramref name="discover"/> finds for a
    /// star.</summary>
    public SourceStream(QueryInput input, string name, Func<IReadOnlyList<QueryInputColumn>> discover)
    {
        Input = input;
        Name = name;
        _discover = discover;
        IsDeclared = input.Columns.Count > 0;
        Rows = new InApplicationStream(new StreamSchema(name, []));
        if (IsDeclared)
        {
            _star = [];
            Declare(input.Columns);
        }
    }

    /// <summary>The columns that every stream has.</summary>
    public static IEnumerable<string> BuiltInNames => BuiltIn.Select(static column => column.Name);

    public QueryInput Input { get; }

    /// <summary>The name within the query.</summary>
    public string Name { get; }

    public IReadOnlyList<SourceColumn> Columns => _columns;

    /// <summary>Whether only the columns of a schema are there.</summary>
    public bool IsDeclared { get; }

    /// <summary>Where its rows go.</summary>
    public InApplicationStream Rows { get; }

    /// <summary>The columns that a star stands for.</summary>
    public IReadOnlyList<SchemaColumn> StarColumns =>
        [.. StarSlots.Select(slot => new SchemaColumn(_columns[slot].Name, _columns[slot].Type))];

    /// <summary>Where these stand in a row.</summary>
    public IReadOnlyList<int> StarSlots
    {
        get
        {
            if (_star is null)
            {
                _star = [];
                Declare(_discover());
            }

            return _star;
        }
    }

    /// <summary>The index of a column; null where the declared schema has none of this name.</summary>
    public int? Find(ColumnName name)
    {
        if (name.Count == 1)
        {
            var index = name.FindIn([.. _columns.Select(column => new SchemaColumn(column.Name, column.Type))]);
            if (index >= 0)
            {
                return index;
            }

            if (name.IsRowtime)
            {
                return null;
            }

            foreach (var (builtIn, origin, type) in BuiltIn)
            {
                if (name.IsWord(builtIn))
                {
                    return Add(new SourceColumn(builtIn, SqlDataType.Of(type), origin, []));
                }
            }
        }

        if (IsDeclared || name.Count > ColumnPath.NamesMax)
        {
            return null;
        }

        var path = new ColumnPath(name.Written);
        var text = path.ToString();
        var known = _columns.FindIndex(column => column.Name == text && column.Origin == ColumnOrigin.Data);
        return known >= 0
            ? known
            : Add(new SourceColumn(name.Count == 1 ? name.Token.Value : text, null, ColumnOrigin.Data, [path]));
    }

    private void Declare(IReadOnlyList<QueryInputColumn> columns)
    {
        foreach (var column in columns)
        {
            var known = _columns.FindIndex(other => other.Name == column.Name && other.Origin == ColumnOrigin.Data);
            _star!.Add(known >= 0 ? known : Add(column.ToSource(_columns.Count)));
        }
    }

    private int Add(SourceColumn column)
    {
        _columns.Add(column);
        return _columns.Count - 1;
    }
}
