using EdgeStream.Sql;
using EdgeStream.Testing;

namespace EdgeStream.Analytics.Tests;

/// <summary>A table that a query joins is read again when its file changes, and a replay joins what was joined
/// before.</summary>
public sealed class QueryTableTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string File => Path.Combine(_folder.Path, "machines.csv");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public Task A_changed_file_counts_from_the_next_record_on_and_no_record_is_joined_twice() =>
        QueryBorders.CompareAsync(
            [Definition()],
            async (bench, _, border) =>
            {
                Write("1,Pump\n2,Fan\n", minute: 1);
                await ReadAsync(bench, border, 1, 2, 3);
                Write("1,Pump east\n1,Pump west\n3,Drill\n", minute: 2);
                await ReadAsync(bench, border, 1, 2, 3);
                Write("1,\"half a line", minute: 3);
                await ReadAsync(bench, border, 1);
                System.IO.File.Delete(File);
                await ReadAsync(bench, border, 3);
                Write("", minute: 4);
                await ReadAsync(bench, border, 1);
                Write("1,Lathe\n", minute: 5);
                await ReadAsync(bench, border, 1);
                await bench.EvaluateAsync();
            },
            rows => Assert.Equal(
                [
                    "Pump", "Fan", "", "Pump east", "Pump west", "", "Drill", "Pump east", "Pump west", "Drill", "",
                    "Lathe",
                ],
                rows.Values("NAME", "NAME")));

    [Fact]
    public async Task A_file_that_changed_while_nothing_ran_waits_for_the_records_that_were_joined_before_the_kill()
    {
        Write("1,Pump\n", minute: 1);
        await using var bench = await QueryBench.OpenAsync([Definition()]);
        await bench.AppendAsync("k", """{"id":1,"n":1}""");
        await bench.EvaluateAsync();

        Write("1,Pump east\n1,Pump west\n", minute: 2);
        await bench.RestartAsync();
        bench.Time.Pass(TimeSpan.FromMinutes(1));
        await bench.EvaluateAsync();
        bench.Time.Pass(TimeSpan.FromMinutes(1));
        await bench.AppendAsync("k", """{"id":1,"n":2}""");
        await bench.EvaluateAsync();

        var rows = new QueryBorderRows(bench.OutputRows());
        Assert.Equal(["Pump", "Pump east", "Pump west"], rows.Values("NAME", "NAME"));
        Assert.Equal(["1", "2", "2"], rows.Values("NAME", "N"));
    }

    private static QueryInputColumn Column(string name, SqlTypeName type) =>
        new(name, new SqlDataType(type, type == SqlTypeName.VarChar ? 16 : 0));

    /// <summary>One record each, after the file was looked at; with a border behind each.</summary>
    private static async Task ReadAsync(QueryBench bench, Func<Task> border, params int[] ids)
    {
        bench.Time.Pass(TimeSpan.FromSeconds(6));
        await bench.EvaluateAsync();
        foreach (var id in ids)
        {
            bench.Time.Pass(TimeSpan.FromSeconds(1));
            await bench.AppendAsync("k", $$"""{"id":{{id}},"n":0}""");
            await border();
        }

        await bench.EvaluateAsync();
    }

    /// <summary>The times are told, so that no two are the same however fast the file changes.</summary>
    private void Write(string content, int minute)
    {
        System.IO.File.WriteAllText(File, content);
        System.IO.File.SetLastWriteTimeUtc(File, new DateTime(2026, 11, 20, 12, minute, 0, DateTimeKind.Utc));
    }

    private QueryDefinition Definition() => new()
    {
        Name = "named",
        Sql = """
            CREATE OR REPLACE STREAM d (name VARCHAR(16), n INTEGER);
            CREATE OR REPLACE PUMP p AS INSERT INTO d
              SELECT STREAM m.name, s.n FROM s LEFT JOIN machines AS m ON s.id = m.id;
            """,
        Inputs =
        [
            new QueryInput
            {
                Stream = "readings",
                As = "S",
                Columns = [Column("ID", SqlTypeName.Integer), Column("N", SqlTypeName.Integer)],
            },
        ],
        References =
        [
            new QueryReference
            {
                Name = "MACHINES",
                Path = File,
                Format = InputFormat.Csv,
                Columns = [Column("ID", SqlTypeName.Integer), Column("NAME", SqlTypeName.VarChar)],
            },
        ],
        Outputs = [new QueryOutput { From = "D", Stream = "results" }],
    };
}
