using EdgeStream.Analytics;
using EdgeStream.Sql;
using static EdgeStream.Gateway.Config.SchemaScalar;

namespace EdgeStream.Gateway.Config;

/// <summary>The keys of one continuous query; part of <see cref="ConfigKeys"/>.</summary>
internal static class QueryKeys
{
    public static readonly SchemaScalar Name = RequiredText("name",
        "The query's name: letters, digits, '_', '.' and '-'. Another text under a name begins anew.", Names.Stream);
    public static readonly SchemaScalar Sql = Text("sql", null,
        "The statements, in the dialect of Kinesis Data Analytics for SQL.", lengthMax: QueryText.LengthMax);

    public static readonly SchemaScalar Stream = Text("stream", StreamNames.Readings, "The stream that is read.");
    public static readonly SchemaScalar As = Text("as", null,
        "Its name in the query, such as SOURCE_SQL_STREAM_001. Default: the stream's own.");
    public static readonly SchemaScalar Format = Choice("format", "json", "What a record is: a JSON object, a line of "
        + "CSV, or a line that a regular expression takes apart.", "json", "csv", "regex");
    public static readonly SchemaScalar Delimiter = Text("delimiter", ",", "What divides the fields of a CSV line.",
        OneCharacter);
    public static readonly SchemaScalar Pattern = Text("pattern", null,
        "The regular expression whose groups are the columns, for format: regex.");
    public static readonly SchemaScalar Rowtime = Choice("rowtime", "arrival",
        "What ROWTIME is: when the gateway took the record, or when the reading was made.", "arrival", "event");
    public static readonly SchemaScalar Lateness = Duration("lateness", "5s", "0", "24h",
        "With rowtime: event, how much older than the newest a reading may be; older ones go to the error stream.");
    public static readonly SchemaScalar IdleTimeout = Duration("idleTimeout", "30s", "100ms", "24h",
        "With rowtime: event, how long a shard is silent before time goes on without it.");

    public static readonly SchemaScalar ColumnName = RequiredText("name", "The column's name in the query.");
    public static readonly SchemaScalar ColumnType = Text("type", null,
        "Its SQL type, such as DOUBLE or VARCHAR(16). Default: what each record has.", TypeProblem);
    public static readonly SchemaScalar Mapping = Text("mapping", null,
        "Where it is in a JSON record: $.motor.rpm. Default: the member of its name.");
    public static readonly SchemaList Columns = new("columns",
        "The columns, in the order of the fields where it is no JSON. Default: the members of JSON records.",
        256, ColumnName, ColumnType, Mapping);
    public static readonly SchemaList Inputs = new("inputs",
        "How streams are read that are not read as they are.", 16, Stream, As, Format, Columns, Delimiter, Pattern,
        Rowtime, Lateness, IdleTimeout);

    public static readonly SchemaScalar From = Text("from", "RESULT",
        "The in-application stream; ERROR_STREAM for errors, RESULT for the rows of a query without a pump.");
    public static readonly SchemaScalar To = RequiredText("stream", "The stream that takes its rows, as JSON objects.");
    public static readonly SchemaScalar Key = Text("key", null,
        "The column whose value is the partition key. Default: the query's name.");
    public static readonly SchemaList Outputs = new("outputs", "Which rows are kept, and where.", 16, From, To, Key);

    public static readonly SchemaScalar Table = RequiredText("name", "The table's name in the query.");
    public static readonly SchemaScalar Path = Text("path", null,
        "The file; it is read again when it changes. At most 16 MiB and 1,000,000 rows.");
    public static readonly SchemaScalar ObjectKey = RequiredText("key", "The object's name. At most 16 MiB.");
    public static readonly SchemaScalar Every = Duration("every", "1m", "5s", "24h",
        "How often the server is asked whether the object is another one.");
    public static readonly SchemaSection Object = new("s3",
        "The object of an S3-compatible server in place of a file. What was read last is kept: without a network, and "
            + "after a restart, that is joined.",
        DeliveryKeys.Endpoint, DeliveryKeys.Region, DeliveryKeys.Bucket, ObjectKey, Every, DeliveryKeys.PathStyle,
        DeliveryKeys.AccessKey, DeliveryKeys.SecretKey, DeliveryKeys.SecretKeyFile, DeliveryKeys.Profile,
        DeliveryKeys.Timeout);
    public static readonly SchemaScalar TableFormat = Choice("format", "json",
        "A JSON array of objects (or an object a line), or CSV.", "json", "csv");
    public static readonly SchemaScalar Header = Boolean("header", false,
        "Whether the first line of a CSV file holds names.");
    public static readonly SchemaList References = new("references",
        "Files, or objects of S3, that are joined as tables.", 16,
        Table, Path, Object, TableFormat, Columns, Delimiter, Header);

    public static readonly SchemaScalar GroupsMax = Integer("groupsMax", 100_000, 1, 1_000_000,
        "How many groups an aggregation, or partitions a sliding window, may hold.");
    public static readonly SchemaScalar RowsMax = Integer("rowsMax", 500_000, 1, 10_000_000,
        "How many rows a sliding window, a side of a join or a sort may hold.");
    public static readonly SchemaScalar MemoryMax = Size("memoryMax", "64MiB", "1MiB", "16GiB",
        "How much memory its state may take before it stops.");
    public static readonly SchemaList List = new("queries",
        "Continuous SQL over streams. Default: none.", QueryEngineOptions.QueriesMax,
        Name, Sql, Inputs, Outputs, References, GroupsMax, RowsMax, MemoryMax);

    private static string? OneCharacter(string text) =>
        text.Length == 1 && char.IsAscii(text[0]) ? null : "it is one ASCII character";

    private static string? TypeProblem(string text) =>
        SqlDataType.TryParse(text, out _) ? null : "allowed: an SQL type, such as DOUBLE, BIGINT or VARCHAR(16)";
}
