using EdgeStream.Analytics;

namespace EdgeStream.Benchmarks.Areas.Queries;

/// <summary>One query, in the gateway's words and in those of DuckDB over the same JSON.</summary>
/// <param name="Key">The word by which a child process is told which it is.</param>
/// <param name="Title">What the rows of the table begin with.</param>
/// <param name="Sql">The query here.</param>
/// <param name="PeerSql">The same there: one row with the number of rows, and the sum of all their numbers and of the
/// lengths of their texts. Null where the peer has nothing like it.</param>
internal sealed record QueryScenario(string Key, string Title, string Sql, string? PeerSql)
{
    private const string PeerReadings = """
        read_json('{lines}', format = 'newline_delimited', columns = {sensor: 'VARCHAR', line: 'VARCHAR',
          time: 'BIGINT', temperature: 'DOUBLE', humidity: 'DOUBLE'})
        """;

    /// <summary>A seventh of the rows passes.</summary>
    public static readonly QueryScenario Filter = new(
        "filter",
        "filter",
        "SELECT STREAM sensor, temperature FROM readings WHERE temperature > 28;",
        $"SELECT count(*), sum(temperature + strlen(sensor)) FROM {PeerReadings} WHERE temperature > 28")
    {
        Goal = 2_000_000,
    };

    /// <summary>Six readings a window of each of 10,000 keys.</summary>
    public static readonly QueryScenario Tumbling = new(
        "tumbling",
        "1-minute tumbling AVG, MIN, MAX, COUNT, 10,000 keys",
        "SELECT STREAM sensor, AVG(temperature), MIN(temperature), MAX(temperature), COUNT(*) FROM readings "
        + "GROUP BY sensor, FLOOR(readings.ROWTIME TO MINUTE);",
        $"""
        SELECT count(*), sum(a + b + c + n + strlen(sensor)) FROM (
          SELECT sensor, avg(temperature) AS a, min(temperature) AS b, max(temperature) AS c, count(*) AS n
          FROM {PeerReadings} GROUP BY sensor, time // 60000)
        """)
    {
        Goal = 1_000_000, StateKeys = ReadingSet.SensorCount, StateAtRow = 1,
    };

    /// <summary>The same with the time of the reading, out of order by five seconds at most.</summary>
    public static readonly QueryScenario EventTime = Tumbling with
    {
        Key = "event-time", Title = "that by the readings' own time, 5 s of lateness", PeerSql = null, Goal = null,
        StateKeys = 0, Rowtime = RowtimeOrigin.Event,
    };

    /// <summary>The same from four shards.</summary>
    public static readonly QueryScenario Sharded = Tumbling with
    {
        Key = "sharded", Title = "that from a stream of 4 shards", PeerSql = null, Goal = null, StateKeys = 0,
        Stream = ReadingSet.ShardedName,
    };

    /// <summary>300 readings in the window of each of 1,000 keys.</summary>
    public static readonly QueryScenario Sliding = new(
        "sliding",
        "5-minute sliding AVG, 1,000 keys",
        "SELECT STREAM line, AVG(temperature) OVER (PARTITION BY line RANGE INTERVAL '5' MINUTE PRECEDING) "
        + "FROM readings;",
        $"""
        SELECT count(*), sum(a + strlen(line)) FROM (
          SELECT line, avg(temperature) OVER (
            PARTITION BY line ORDER BY time RANGE BETWEEN 300000 PRECEDING AND CURRENT ROW) AS a
          FROM {PeerReadings})
        """)
    {
        StateKeys = ReadingSet.LineCount, StateAtRow = 350_000,
    };

    /// <summary>Every row meets one of 10,000 of the table.</summary>
    public static readonly QueryScenario Join = new(
        "join",
        "join with a table of 10,000 rows",
        "SELECT STREAM r.sensor, s.site, r.temperature + s.correction FROM readings AS r "
        + "JOIN sensors AS s ON r.sensor = s.sensor;",
        $"""
        SELECT count(*), sum(r.temperature + s.correction + strlen(r.sensor) + strlen(s.site))
        FROM {PeerReadings} AS r JOIN sensors AS s ON r.sensor = s.sensor
        """)
    {
        StateKeys = ReadingSet.SensorCount, StateAtRow = 1,
    };

    /// <summary>Amazon's function with its defaults over one column; a part of the readings.</summary>
    public static readonly QueryScenario Forest = new(
        "forest",
        "RANDOM_CUT_FOREST, 100 trees of 256, 1 dimension",
        "SELECT STREAM temperature, anomaly_score FROM TABLE(RANDOM_CUT_FOREST("
        + "CURSOR(SELECT STREAM temperature FROM readings)));",
        PeerSql: null)
    {
        Goal = 100_000, Part = 8,
    };

    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<QueryScenario> All =
        [Filter, Tumbling, EventTime, Sharded, Sliding, Join, Forest];

    /// <summary>Rows a second that it must reach; null for none.</summary>
    public double? Goal { get; init; }

    /// <summary>How many keys its state holds; 0 where that is not told.</summary>
    public int StateKeys { get; init; }

    /// <summary>At which of the rows that come out the state is as large as it gets.</summary>
    public int StateAtRow { get; init; }

    /// <summary>Of how many equal parts of the readings the first is read.</summary>
    public int Part { get; init; } = 1;

    /// <summary>The stream that it reads.</summary>
    public string Stream { get; init; } = ReadingSet.StreamName;

    /// <summary>What ROWTIME is.</summary>
    public RowtimeOrigin Rowtime { get; init; }

    /// <summary>The query over a set.</summary>
    public QueryDefinition Definition(ReadingSet set) => new()
    {
        Name = Key,
        Sql = Sql,
        Inputs = [ReadingSet.Input with { Stream = Stream, Rowtime = Rowtime }],
        References = [set.Sensors],
    };

    /// <summary>The peer's query over a set.</summary>
    public string PeerText(ReadingSet set) => PeerSql!.Replace("{lines}", set.LinesFile, StringComparison.Ordinal);
}
