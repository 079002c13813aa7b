using System.Globalization;
using System.Text;
using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Analytics.Tests;

/// <summary>What a query allocates while rows go through it: nothing, once its buffers have the size that its windows
/// need.</summary>
public sealed class QueryAllocationTests
{
    private const int Rows = 5_000;
    private const int Keys = 20;
    private const long RowMicroseconds = 100_000;

    private static readonly byte[][] Records = [.. Enumerable.Range(0, 1000).Select(RecordOf)];

    [Theory]
    [InlineData("SELECT STREAM k, v FROM s WHERE v > 500;")]
    [InlineData("SELECT STREAM k || '!', v * 2 + 1, UPPER(k) FROM s WHERE k LIKE 'sensor%' AND v BETWEEN 10 AND 900;")]
    [InlineData("SELECT STREAM k, AVG(v), MIN(v), MAX(v), COUNT(*), STDDEV_POP(v) FROM s "
        + "GROUP BY k, FLOOR(s.ROWTIME TO MINUTE);")]
    [InlineData("SELECT STREAM k, SUM(v) FROM s GROUP BY k, STEP(s.ROWTIME BY INTERVAL '10' SECOND) "
        + "HAVING COUNT(*) > 2;")]
    [InlineData("SELECT STREAM k, AVG(v) OVER (PARTITION BY k RANGE INTERVAL '1' MINUTE PRECEDING) FROM s;")]
    [InlineData("SELECT STREAM k, MAX(v) OVER w, LAST_VALUE(v) OVER w FROM s "
        + "WINDOW w AS (PARTITION BY k ROWS 30 PRECEDING);")]
    [InlineData("SELECT STREAM k, AVG(v) FROM TABLE(HOP(TABLE s, DESCRIPTOR(ROWTIME), INTERVAL '10' SECOND, "
        + "INTERVAL '30' SECOND)) GROUP BY k, window_end;")]
    [InlineData("SELECT STREAM k, COUNT(*) FROM s WINDOWED BY STAGGER (PARTITION BY k RANGE INTERVAL '20' SECOND);")]
    [InlineData("SELECT STREAM s.k, t.site, s.v FROM s JOIN t ON s.k = t.k;")]
    [InlineData("SELECT STREAM a.k, a.v - b.v FROM s OVER (RANGE INTERVAL '5' SECOND PRECEDING) AS a "
        + "JOIN s OVER (RANGE INTERVAL '5' SECOND PRECEDING) AS b ON a.k = b.k;")]
    [InlineData("SELECT STREAM DISTINCT k, FLOOR(s.ROWTIME TO MINUTE) FROM s;")]
    [InlineData("SELECT STREAM k, anomaly_score FROM TABLE(RANDOM_CUT_FOREST(CURSOR(SELECT STREAM k, v FROM s), 10));")]
    public void A_row_allocates_nothing(string sql)
    {
        var query = new Run(sql);
        query.Take(Rows);
        var before = GC.GetAllocatedBytesForCurrentThread();
        query.Take(Rows);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(query.RowsOut > 100, $"{query.RowsOut} rows came out.");
        Assert.Equal(0, query.Errors);
    }

    private static byte[] RecordOf(int index) => Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $$"""{"id":{{index}},"K":"sensor-{{index * 7 % Keys}}","V":{{index * 37 % 1000}}.5,"state":"ok"}"""));

    private sealed class Run
    {
        private readonly QueryGraph _graph;
        private readonly RecordColumns _columns = new();
        private readonly RecordDecoder _decoder;
        private int _taken;

        public Run(string sql)
        {
            var definition = new QueryDefinition
            {
                Name = "run",
                Sql = sql,
                Inputs =
                [
                    new QueryInput
                    {
                        Stream = "S", Columns = [Column("K", "VARCHAR(16)"), Column("V", "DOUBLE")],
                    },
                ],
                References =
                [
                    new QueryReference
                    {
                        Name = "T", Path = "", Format = InputFormat.Csv,
                        Columns = [Column("K", "VARCHAR(16)"), Column("SITE", "VARCHAR(16)")],
                    },
                ],
            };
            _graph = ApplicationPlanner.Plan(definition, _ => null);
            var lines = string.Join('\n', Enumerable.Range(0, Keys).Select(key => $"sensor-{key},site-{key % 3}"));
            var (table, reference) = _graph.Tables[0];
            table.Replace(new TableLoader(table, reference, TimeProvider.System).Read(Encoding.UTF8.GetBytes(lines)));
            _decoder = new RecordDecoder(_graph.Context, _graph.Sources[0]);
            _decoder.Attach(_columns);
            var result = _graph.Streams[ApplicationPlanner.ResultName];
            result.Add(new RowObserver(result.Schema, Note));
        }

        public long RowsOut { get; private set; }

        public long Errors => _graph.Context.Errors.Count;

        public void Take(int count)
        {
            for (var end = _taken + count; _taken < end; _taken++)
            {
                var time = new Timestamp(_taken * RowMicroseconds);
                var record = new StreamRecord
                {
                    Sequence = new SequenceNumber(_taken + 1),
                    ArrivalTime = time,
                    EventTime = time,
                    PartitionKey = "key"u8,
                    Data = Records[_taken % Records.Length],
                };
                var isJson = _columns.TryRead(record.Data);
                _graph.Take(_decoder.Source, _decoder.Decode(in record, time.UnixMicroseconds, null!, isJson)!);
            }
        }

        private static QueryInputColumn Column(string name, string type) =>
            new(name, Sql.SqlDataType.TryParse(type, out var parsed) ? parsed : null);

        private void Note(QueryRow row)
        {
            RowsOut++;
            for (var column = 0; column < row.Columns.Count; column++)
            {
                _ = row[column].Text.Length;
            }
        }
    }
}
