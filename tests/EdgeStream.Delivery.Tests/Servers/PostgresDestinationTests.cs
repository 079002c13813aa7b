using System.Buffers;
using System.Text.Json;
using EdgeStream.Testing;

namespace EdgeStream.Delivery.Tests.Servers;

/// <summary>What goes to PostgreSQL, by a stand-in that follows the public description of its protocol.</summary>
public sealed class PostgresDestinationTests
{
    private const string Series = $"{RecordObject.Delivery}-{RecordObject.Series} public.readings";

    [Fact]
    public async Task Records_are_rows_with_escapes_nulls_and_types()
    {
        await using var server = new ScriptedPostgres();
        var columns = Columns(
            new() { Name = "n" }, new() { Name = "Te\"xt", Path = "t" },
            new() { Name = "b", Path = "raw", Type = ColumnType.Bytes },
            new() { Name = "d", Path = "d", Type = ColumnType.Double },
            new() { Name = "o", Type = ColumnType.Boolean },
            new() { Name = "m", Type = ColumnType.TimestampMicros },
            new() { Name = "at", Field = RecordField.EventTime },
            new() { Name = "key", Field = RecordField.Key }, new() { Name = "sub", Field = RecordField.SubSequence },
            new() { Name = "s", Field = RecordField.Sequence }, new() { Name = "all", Field = RecordField.Data });
        using var item = new RecordObject(
            Options(server) with { Columns = columns },
            ("a/\t1", """
                {"n":1e3,"t":"x\\y\tz\nä","raw":"AP8=","d":"-Infinity","o":true,"m":"2026-01-01T00:00:00.123456Z"}
                """),
            ("b", """{"n":{"x":1},"t":"","d":1.5,"o":false,"m":null}"""));
        Assert.Equal(SendOutcome.Accepted, (await item.SendAsync()).Outcome);
        Assert.Equal(
            [
                """1e3|x\\y\tz\nä|\\x00ff|-Infinity|t|2026-01-01T00:00:00.123456Z|2026-01-01T00:00:00.500000Z|"""
                + """a/\t1|\N|1|{"n":1e3,"t":"x\\\\y\\tz\\nä","raw":"AP8=","d":"-Infinity","o":true,"""
                + """
                "m":"2026-01-01T00:00:00.123456Z"}
                """,
                """{"x":1}||\N|1.5|f|\N|2026-01-01T00:00:00.500000Z|b|\N|2|"""
                + """{"n":{"x":1},"t":"","d":1.5,"o":false,"m":null}""",
            ],
            server.Rows.Select(row => row.Replace('\t', '|')));
        Assert.Equal(
            """COPY "public"."readings" ("n", "Te""xt", "b", "d", "o", "m", "at", "key", "sub", "s", "all") """
            + "FROM STDIN",
            server.Statements[1]);
        Assert.Equal(["2", "-1", $"@{RecordObject.Arrival}"], server.Ledger[Series]);
    }

    [Fact]
    public async Task A_lost_answer_to_a_commit_doubles_nothing()
    {
        await using var server = new ScriptedPostgres { LostCommits = 2 };
        using var item = new RecordObject(Options(server) with { RequestRecords = 4 }, RecordObject.Numbers(10));
        Assert.Equal(SendOutcome.Retryable, (await item.SendAsync()).Outcome);
        Assert.Equal(SendOutcome.Retryable, (await item.SendAsync()).Outcome);
        Assert.Equal(SendOutcome.Accepted, (await item.SendAsync()).Outcome);
        Assert.Equal(Enumerable.Range(1, 10).Select(number => $"{number}"), server.Rows);
    }

    [Fact]
    public async Task A_gateway_that_has_forgotten_what_it_sent_doubles_nothing()
    {
        await using var server = new ScriptedPostgres();
        foreach (var count in (int[])[10, 10, 16])
        {
            // A new object and a new connection: another life, with another cut of requests.
            using var item = new RecordObject(
                Options(server) with { RequestRecords = 3 + count }, RecordObject.Numbers(count));
            Assert.Equal(SendOutcome.Accepted, (await item.SendAsync()).Outcome);
        }

        Assert.Equal(Enumerable.Range(1, 16).Select(number => $"{number}"), server.Rows);
    }

    [Fact]
    public async Task Records_of_a_data_folder_that_was_set_back_go_in_beside_those_that_had_their_numbers()
    {
        await using var server = new ScriptedPostgres();
        using (var item = new RecordObject(Options(server), RecordObject.Numbers(10)))
        {
            Assert.Equal(SendOutcome.Accepted, (await item.SendAsync()).Outcome);
        }

        // Of these the table has the numbers, but they came later: at the second time they are there.
        (string, string)[] others = [("a", """{"n":101}"""), ("a", """{"n":102}""")];
        for (var life = 0; life < 2; life++)
        {
            using var item = RecordObject.ArrivedAt(
                "2026-01-01T08:00:00.000Z", Options(server) with { RequestRecords = 1 }, others);
            Assert.Equal(SendOutcome.Accepted, (await item.SendAsync()).Outcome);
            Assert.Equal([.. Enumerable.Range(1, 10).Select(i => $"{i}"), "101", "102"], server.Rows);
        }

        Assert.Equal(["2", "-1", "@2026-01-01T08:00:00.000Z"], server.Ledger[Series]);
    }

    [Fact]
    public async Task A_ledger_row_that_knows_no_arrival_learns_it()
    {
        await using var server = new ScriptedPostgres();
        server.Ledger[Series] = ["3", "-1", "2"];
        using var item = new RecordObject(Options(server), RecordObject.Numbers(5));
        Assert.Equal(SendOutcome.Accepted, (await item.SendAsync()).Outcome);
        Assert.Equal(["2", "4", "5"], server.Rows);
        Assert.Equal(["5", "-1", $"@{RecordObject.Arrival}"], server.Ledger[Series]);
    }

    [Theory]
    [InlineData("23514", "new row violates check constraint")]
    [InlineData("22P02", "invalid input syntax for type integer")]
    [InlineData("P0001", "a trigger does not want it")]
    public async Task A_refused_row_is_put_aside_alone(string code, string message)
    {
        await using var server = new ScriptedPostgres { Judge = row => row == "5" ? (code, message) : null };
        using var item = new RecordObject(
            Options(server), [.. RecordObject.Numbers(9), ("a", "not json"), ("a", """{"n":11}""")]);
        Assert.Equal(SendOutcome.Accepted, (await item.SendAsync()).Outcome);
        Assert.Equal(new Dictionary<long, string> { [5] = code, [10] = "no-row" }, item.Rejected);
        Assert.Contains(
            $"{message} (Some detail.)", item.Records.Rejections.First(one => one.Sequence == 5).Cause.Message);
        Assert.Equal(["1", "2", "3", "4", "6", "7", "8", "9", "11"], server.Rows);
    }

    [Fact]
    public async Task A_refused_row_does_not_count_as_there_after_a_crash()
    {
        await using var server = new ScriptedPostgres { Judge = row => row == "5" ? ("23514", "no") : null };
        for (var life = 0; life < 2; life++)
        {
            using var item = new RecordObject(
                Options(server), [.. RecordObject.Numbers(9), ("a", "not json"), ("a", "7")]);
            Assert.Equal(SendOutcome.Accepted, (await item.SendAsync()).Outcome);
            Assert.Equal([5, 10], item.Rejected.Keys.Order());
            Assert.Equal(9, server.Rows.Count);
            Assert.Equal(
                ["11", "-1", $"10,5,@{RecordObject.Arrival}"],
                [.. server.Ledger[Series][..2], Sorted(server.Ledger[Series][2])]);
        }

        // Once the table takes it, it comes once.
        server.Judge = _ => null;
        for (var life = 0; life < 2; life++)
        {
            using var item = new RecordObject(Options(server), RecordObject.Numbers(9));
            Assert.Equal(SendOutcome.Accepted, (await item.SendAsync()).Outcome);
            Assert.Empty(item.Rejected);
            Assert.Equal(10, server.Rows.Count);
        }
    }

    [Fact]
    public async Task A_record_that_is_taken_at_the_second_try_is_there_once()
    {
        await using var server = new ScriptedPostgres { Judge = _ => ("23502", "null value") };
        using (var item = new RecordObject(Options(server), RecordObject.Numbers(3)))
        {
            Assert.Equal(SendOutcome.Retryable, (await item.SendAsync()).Outcome);
            Assert.Empty(item.Rejected);
            server.Judge = _ => null;
            Assert.Equal(SendOutcome.Accepted, (await item.SendAsync()).Outcome);
        }

        using var again = new RecordObject(Options(server), RecordObject.Numbers(3));
        Assert.Equal(SendOutcome.Accepted, (await again.SendAsync()).Outcome);
        Assert.Equal(["1", "2", "3"], server.Rows);
        Assert.Equal(["3", "-1", $"@{RecordObject.Arrival}"], server.Ledger[Series]);
    }

    [Fact]
    public async Task The_ledger_table_is_made_where_it_is_missing()
    {
        await using var server = new ScriptedPostgres { HasLedger = false };
        using var item = new RecordObject(Options(server), RecordObject.Numbers(2));
        Assert.Equal(SendOutcome.Accepted, (await item.SendAsync()).Outcome);
        Assert.Equal(["1", "2"], server.Rows);
        Assert.StartsWith("CREATE TABLE IF NOT EXISTS \"edgestream_delivery\" (series text", server.Statements[2]);
    }

    [Theory]
    [InlineData("42P01", SendOutcome.Rejected)]
    [InlineData("42501", SendOutcome.Rejected)]
    [InlineData("53100", SendOutcome.Retryable)]
    [InlineData("40001", SendOutcome.Retryable)]
    [InlineData("57014", SendOutcome.Retryable)]
    [InlineData("23505", SendOutcome.Retryable)]
    public async Task A_table_that_takes_nothing_holds_up_and_nothing_is_put_aside(string code, SendOutcome outcome)
    {
        await using var server = new ScriptedPostgres { Judge = _ => (code, "because") };
        using var item = new RecordObject(Options(server), RecordObject.Numbers(20));
        for (var attempt = 0; attempt < 2; attempt++)
        {
            var result = await item.SendAsync();
            Assert.Equal(outcome, result.Outcome);
            Assert.Contains($"{code} because", result.Reason);
        }

        Assert.Empty(item.Rejected);
        Assert.Empty(server.Rows);
    }

    [Theory]
    [InlineData("28P01", SendOutcome.Rejected)]
    [InlineData("3D000", SendOutcome.Rejected)]
    [InlineData("57P03", SendOutcome.Retryable)]
    [InlineData("53300", SendOutcome.Retryable)]
    public async Task A_login_that_is_refused_passes_or_must_be_mended(string code, SendOutcome outcome)
    {
        await using var server = new ScriptedPostgres { Refusal = (code, "because") };
        using var item = new RecordObject(Options(server), RecordObject.Numbers(1));
        var result = await item.SendAsync();
        Assert.Equal(outcome, result.Outcome);
        Assert.Contains($"{code} because", result.Reason);
        server.Refusal = null;
        Assert.Equal(SendOutcome.Accepted, (await item.SendAsync()).Outcome);
    }

    [Fact]
    public async Task The_password_is_proved_and_the_server_proves_that_it_knows_it()
    {
        await using var server = new ScriptedPostgres { Authentication = 10 };
        using var item = new RecordObject(
            Options(server) with { Password = ScriptedPostgres.Password }, RecordObject.Numbers(1));
        Assert.Equal(SendOutcome.Accepted, (await item.SendAsync()).Outcome);

        await using var impostor = new ScriptedPostgres { Authentication = 10, IsImpostor = true };
        using var other = new RecordObject(
            Options(impostor) with { Password = ScriptedPostgres.Password }, RecordObject.Numbers(1));
        var result = await other.SendAsync();
        Assert.Equal(SendOutcome.Rejected, result.Outcome);
        Assert.Contains("does not know the password", result.Reason);
        Assert.Empty(impostor.Rows);
    }

    [Fact]
    public async Task A_proof_that_is_cheap_to_guess_from_is_not_given_in_the_clear()
    {
        await using var server = new ScriptedPostgres { Authentication = 10, Rounds = 4095 };
        using var item = new RecordObject(
            Options(server) with { Password = ScriptedPostgres.Password }, RecordObject.Numbers(1));
        var result = await item.SendAsync();
        Assert.Equal(SendOutcome.Rejected, result.Outcome);
        Assert.Contains("scram_iterations", result.Reason);
        Assert.Empty(server.Rows);
    }

    [Theory]
    [InlineData("pa\u00A0ss\u2003w\u00F6rd", "pa ss w\u00F6rd")]
    [InlineData("pass\u00ADword\u200D\uFEFF\u00E4", "password\u00E4")]
    [InlineData("o\u0308\uFB01\u00BD\uFF21", "\u00F6fi1\u20442A")]
    [InlineData("\u1112\u1161\u11AB\u30D1\u30B9", "\uD55C\u30D1\u30B9")]
    [InlineData("a\u0323\u0301", "\u1EA1\u0301")]
    [InlineData("\u05D0\u0661\u05D1", "\u05D0\u0661\u05D1")]
    [InlineData("\u041F\u0430\u0440\u043E\u043B\u044C \u20AC", "\u041F\u0430\u0440\u043E\u043B\u044C \u20AC")]
    public Task A_password_is_prepared_as_the_server_has_it(string given, string known) =>
        AssertPreparedAsync(given, known);

    [Theory]
    [InlineData("\uFB01\u0085")]
    [InlineData("\u00AD")]
    [InlineData("\uFB01\U0001F511")]
    [InlineData("\uFB01\uE000")]
    [InlineData("\uFB01\u05D0")]
    [InlineData("\u05D0\u00BD1")]
    [InlineData("\uFB2E")]
    public Task One_that_no_password_should_be_is_left_as_it_is(string given) => AssertPreparedAsync(given, given);

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    public async Task A_password_goes_out_in_no_way_that_others_could_read(int authentication)
    {
        await using var server = new ScriptedPostgres { Authentication = authentication };
        using var item = new RecordObject(
            Options(server) with { Password = ScriptedPostgres.Password }, RecordObject.Numbers(1));
        var result = await item.SendAsync();
        Assert.Equal(SendOutcome.Rejected, result.Outcome);
        Assert.Contains("not safe or not known", result.Reason);
    }

    [Fact]
    public async Task A_server_without_TLS_gets_nothing_where_it_is_asked_for()
    {
        await using var server = new ScriptedPostgres();
        using var item = new RecordObject(Options(server) with { IsEncrypted = true }, RecordObject.Numbers(1));
        var result = await item.SendAsync();
        Assert.Equal(SendOutcome.Rejected, result.Outcome);
        Assert.Contains("the server has no TLS", result.Reason);
        Assert.Empty(server.Statements);
    }

    [Fact]
    public async Task What_is_no_PostgreSQL_is_not_believed()
    {
        await using var server = new HttpStandIn(_ => new StandInAnswer(200, "welcome"));
        using var item = new RecordObject(
            Options("postgresql" + server.Url[4..] + "db") with { TimeoutSeconds = 1 }, RecordObject.Numbers(1));
        Assert.Equal(SendOutcome.Retryable, (await item.SendAsync()).Outcome);
    }

    [Fact]
    public void Places_in_aggregated_records_are_told_apart()
    {
        var through = DeliveredThrough.Read(["7", "1", "5,7.0"])!;
        bool[] there = [through.Has(Record(4, null)), through.Has(Record(5, null)), through.Has(Record(7, 0)),
            through.Has(Record(7, 1)), through.Has(Record(7, 2)), through.Has(Record(8, null))];
        Assert.Equal([true, false, false, true, false, false], there);
        through.Take(Record(7, 0));
        through.Take(Record(7, 2));
        through.Refuse("7.3");
        Assert.Equal((7, 2, "5,7.3"), (through.Sequence, through.Place, through.Refused));
        through.Take(Record(8, null));
        Assert.Equal((8, -1), (through.Sequence, through.Place));
        Assert.Null(through.SetBack);
        Assert.Null(DeliveredThrough.Read(["x", "1", ""]));
        Assert.Null(DeliveredThrough.Read(["1"]));
        Assert.Null(DeliveredThrough.Read(null));
    }

    [Theory]
    [InlineData("http://h/db", "readings", "Url")]
    [InlineData("postgresql://u:p@h/db", "readings", "Url")]
    [InlineData("postgresql://h", "readings", "Url")]
    [InlineData("postgresql://h/db", "a.b.c", "Table")]
    [InlineData("postgresql://h/db", "a\"b", "Table")]
    public void What_is_wrong_is_named(string url, string table, string member) =>
        Assert.Equal(member, Assert.Single((Options(url) with { Table = table }).Validate()).Member);

    [Fact]
    public void Columns_are_checked()
    {
        var columns = Columns(
            new() { Name = "a" }, new() { Name = "a" }, new() { Name = new string('x', 64) },
            new() { Name = "b", Path = "x[" }, new() { Name = "c", Field = RecordField.Key, Type = ColumnType.Int32 });
        Assert.Equal(4, (Options("postgresql://h/db") with { Columns = columns }).Validate().Count);
        Assert.Single((Options("postgresql://h/db") with { Columns = ColumnList.Empty }).Validate());
    }

    private static PostgresDestinationOptions Options(ScriptedPostgres server) => Options(server.Url);

    private static PostgresDestinationOptions Options(string url) => new()
    {
        Url = url,
        UserName = "gateway",
        IsEncrypted = false,
        Table = "public.readings",
        Columns = Columns(new ColumnDefinition { Name = "n" }),
    };

    private static ColumnList Columns(params ColumnDefinition[] columns) => new(columns);

    private static string Sorted(string names) =>
        string.Join(',', names.Split(',').Order(StringComparer.Ordinal));

    private static DeliveredRecord Record(long sequence, int? subSequence)
    {
        var line = subSequence is null
            ? JsonSerializer.SerializeToUtf8Bytes(new { sequence })
            : JsonSerializer.SerializeToUtf8Bytes(new { sequence, subSequence });
        return DeliveredRecord.Read(new ReadOnlySequence<byte>(line));
    }

    private static async Task AssertPreparedAsync(string given, string known)
    {
        await using var server = new ScriptedPostgres { Authentication = 10, Known = known };
        using var item = new RecordObject(Options(server) with { Password = given }, RecordObject.Numbers(1));
        var result = await item.SendAsync();
        Assert.True(result.Outcome == SendOutcome.Accepted, result.Reason);
    }
}
