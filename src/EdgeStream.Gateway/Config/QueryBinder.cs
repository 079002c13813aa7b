using EdgeStream.Analytics;
using EdgeStream.Sql;

namespace EdgeStream.Gateway.Config;

/// <summary>Makes the continuous queries; what their statements mean is the business of the room that runs
/// them.</summary>
internal sealed class QueryBinder(ConfigReader reader, StreamReferences names)
{
    private readonly List<ObjectTableConfig> _objects = [];

    /// <summary>The objects that tables of the bound queries are made of, each once.</summary>
    public IReadOnlyList<ObjectTableConfig> Objects => _objects;

    /// <summary>The file's queries, in its order.</summary>
    public IReadOnlyList<QueryDefinition> Bind(ConfigValues root)
    {
        var queries = new List<QueryDefinition>();
        var seen = new UniqueNames(reader, "query");
        foreach (var item in root.List(QueryKeys.List) ?? [])
        {
            if (seen.Add(item, QueryKeys.Name))
            {
                queries.Add(BindQuery(item));
            }
        }

        return queries;
    }

    private QueryDefinition BindQuery(ConfigValues item)
    {
        var query = new QueryDefinition
        {
            Name = item.Text(QueryKeys.Name),
            Sql = item.Text(QueryKeys.Sql),
            Inputs = [.. (item.List(QueryKeys.Inputs) ?? []).Select(BindInput)],
            Outputs = [.. (item.List(QueryKeys.Outputs) ?? []).Select(output => new QueryOutput
            {
                From = output.Text(QueryKeys.From),
                Stream = names.Check(output, QueryKeys.To),
                KeyColumn = output.TextOrNull(QueryKeys.Key),
            })],
            References = [.. (item.List(QueryKeys.References) ?? []).Select(BindReference)],
            GroupsMax = item.Integer(QueryKeys.GroupsMax),
            RowsMax = item.Integer(QueryKeys.RowsMax),
            MemoryBytesMax = item.Size(QueryKeys.MemoryMax),
        };
        if (query.FindSyntaxProblem() is { } problem)
        {
            var key = item.Has(QueryKeys.Sql) ? item.At(QueryKeys.Sql) : item.Location;
            reader.Report(key, $"the query '{query.Name}': {problem.ReplaceLineEndings(" ")}");
        }

        return query;
    }

    private QueryInput BindInput(ConfigValues input) => new()
    {
        Stream = names.Check(input, QueryKeys.Stream),
        As = input.TextOrNull(QueryKeys.As),
        Format = FormatOf(input.Text(QueryKeys.Format)),
        Columns = ColumnsOf(input),
        FieldDelimiter = DelimiterOf(input),
        Pattern = input.TextOrNull(QueryKeys.Pattern),
        Rowtime = input.Text(QueryKeys.Rowtime) == "event" ? RowtimeOrigin.Event : RowtimeOrigin.Arrival,
        Lateness = input.Duration(QueryKeys.Lateness),
        IdleTimeout = input.Duration(QueryKeys.IdleTimeout),
    };

    private QueryReference BindReference(ConfigValues table)
    {
        var isObject = table.Has(QueryKeys.Object);
        if (isObject == table.Has(QueryKeys.Path))
        {
            reader.Report(
                isObject ? table.At(QueryKeys.Path) : table.Location,
                $"the table '{table.Text(QueryKeys.Table)}' is a file or an object: give 'path' or 's3'");
        }

        return new QueryReference
        {
            Name = table.Text(QueryKeys.Table),
            Path = isObject ? BindObject(table.Section(QueryKeys.Object)).Place
                : System.IO.Path.GetFullPath(table.TextOrNull(QueryKeys.Path) ?? "."),
            Format = FormatOf(table.Text(QueryKeys.TableFormat)),
            Columns = ColumnsOf(table),
            FieldDelimiter = DelimiterOf(table),
            HasHeader = table.Boolean(QueryKeys.Header),
        };
    }

    /// <summary>Two tables may be made of one object, which is asked for in one way.</summary>
    private ObjectTableConfig BindObject(ConfigValues values)
    {
        var binder = new S3Binder(reader);
        var bound = new ObjectTableConfig(
            binder.Bind(values, values.Text(DeliveryKeys.Bucket)), values.Text(QueryKeys.ObjectKey),
            values.Duration(QueryKeys.Every));
        binder.Report(values, bound.Server);
        var known = _objects.Find(other => other.Place == bound.Place);
        if (known is null)
        {
            _objects.Add(bound);
            if (_objects.Count == ObjectTableConfig.CountMax + 1)
            {
                reader.Report(values.Location,
                    $"tables are made of more than {ObjectTableConfig.CountMax} objects, the most there may be");
            }
        }
        else if (known != bound)
        {
            reader.Report(values.Location,
                $"another table is made of {bound.Place} with other settings: give both the same");
        }

        return bound;
    }

    private static InputFormat FormatOf(string word) => word switch
    {
        "csv" => InputFormat.Csv,
        "regex" => InputFormat.Regex,
        _ => InputFormat.Json,
    };

    private static char DelimiterOf(ConfigValues values) =>
        values.Text(QueryKeys.Delimiter) is { Length: > 0 } text ? text[0] : ',';

    private static List<QueryInputColumn> ColumnsOf(ConfigValues values)
    {
        var columns = new List<QueryInputColumn>();
        foreach (var column in values.List(QueryKeys.Columns) ?? [])
        {
            SqlDataType? type = SqlDataType.TryParse(column.Text(QueryKeys.ColumnType), out var parsed) ? parsed : null;
            columns.Add(new QueryInputColumn(
                column.Text(QueryKeys.ColumnName), type, column.TextOrNull(QueryKeys.Mapping)));
        }

        return columns;
    }
}
