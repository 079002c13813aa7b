using System.Globalization;
using System.Text;
using EdgeStream.Storage;
using EdgeStream.Streams;
using EdgeStream.Testing;

namespace EdgeStream.Analytics.Tests;

/// <summary>What reading a stored stream allocates for a query, from the log to the row that comes out.</summary>
public sealed class HistoryAllocationTests
{
    private const int Records = 12_000;
    private const int StepRecords = 1_000;

    [Theory]
    [InlineData(1, RowtimeOrigin.Arrival)]
    [InlineData(1, RowtimeOrigin.Event)]
    [InlineData(4, RowtimeOrigin.Arrival)]
    [InlineData(4, RowtimeOrigin.Event)]
    public async Task A_stored_record_allocates_nothing(int shards, RowtimeOrigin rowtime)
    {
        using var folder = new TemporaryFolder();
        var time = new TestTime();
        await using var store = StreamStore.Open(new StreamStoreOptions { Folder = folder.Path }, time);
        await WriteAsync(store, shards, time);
        var definition = new QueryDefinition
        {
            Name = "run",
            Sql = "SELECT STREAM k, COUNT(*), AVG(v) FROM s GROUP BY k, FLOOR(s.ROWTIME TO MINUTE);",
            Inputs =
            [
                new QueryInput
                {
                    Stream = "readings",
                    As = "S",
                    Rowtime = rowtime,
                    Columns =
                    [
                        new QueryInputColumn("K", new Sql.SqlDataType(Sql.SqlTypeName.VarChar, 16)),
                        new QueryInputColumn("V", new Sql.SqlDataType(Sql.SqlTypeName.Double)),
                    ],
                },
            ],
        };
        var graph = QueryFactory.Plan(store, definition);
        using var query = new RunningQuery(
            definition, graph, "", _ => throw new InvalidOperationException(), time);
        var input = new MergedInput(
            QueryFactory.InputsOf(store, graph), [], new InputJournal(), time,
            shard => (1, shard.NewestSequence.Value));
        using var reader = new HistoryReader(query, input, long.MinValue, long.MaxValue);
        var receiver = new Patient();
        for (var count = 0; count < Records / 2; count += StepRecords)
        {
            Assert.True(reader.Step(StepRecords, receiver));
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var count = Records / 2; count < Records - StepRecords; count += StepRecords)
        {
            reader.Step(StepRecords, receiver);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(Records - StepRecords, reader.Records);
        Assert.True(graph.Streams[ApplicationPlanner.ResultName].Rows > 0);
    }

    private static async Task WriteAsync(StreamStore store, int shards, TestTime time)
    {
        var stream = await store.CreateOrUpdateAsync(new StreamDefinition
        {
            Name = "readings",
            ShardCount = shards,
            SegmentSizeBytes = 4 << 20,
            Durability = Durability.OperatingSystem,
        });
        AppendReceipt receipt = default;
        for (var index = 0; index < Records; index++)
        {
            time.Pass(TimeSpan.FromMilliseconds(50));
            var key = string.Create(CultureInfo.InvariantCulture, $"sensor-{index % 20}");
            receipt = await stream.AppendAsync(
                Encoding.UTF8.GetBytes(key),
                Encoding.UTF8.GetBytes(string.Create(
                    CultureInfo.InvariantCulture, $$"""{"K":"{{key}}","V":{{index % 1000}}.5}""")));
        }

        await receipt.WhenAcknowledged();
    }

    /// <summary>Always has room.</summary>
    private sealed class Patient : IRowReceiver
    {
        public bool HasRoom => true;

        public bool IsDone => false;

        public ValueTask BeginAsync(IReadOnlyList<QueryColumn> columns, CancellationToken cancellationToken) =>
            ValueTask.CompletedTask;

        public void Take(QueryRow row)
        {
        }

        public ValueTask DrainAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }
}
