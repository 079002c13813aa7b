using System.Buffers;
using System.Text;
using System.Text.Json;

namespace EdgeStream.Sql.Tests;

public sealed class AllocationTests
{
    [Fact]
    public void Reading_and_evaluating_a_record_allocates_nothing()
    {
        var columns = new ColumnSet();
        var expression = SqlExpression.ParseCondition(
            "motor.rpm BETWEEN 1000 AND 2000 AND LOWER(name) LIKE '%pump%' AND state IN ('run', 'idle') "
            + "AND PARTITION_KEY LIKE 'plant/%' AND COALESCE(missing, 1) + ABS(x) > 0 AND note = 'a\"b'",
            columns);
        var row = new JsonColumns(columns);
        var json = Encoding.UTF8.GetBytes(
            """{"motor":{"rpm":1480,"other":[1,{"a":2}]},"name":"PÜMP Pump","state":"run","x":-2.5,"note":"a\"b"}""");
        var key = "plant/1"u8.ToArray();
        Assert.True(Evaluate());

        var before = GC.GetAllocatedBytesForCurrentThread();
        var matches = 0;
        for (var round = 0; round < 1000; round++)
        {
            matches += Evaluate() ? 1 : 0;
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(1000, matches);

        bool Evaluate() => row.TryRead(json) && expression.IsTrue(row, json, key, 0);
    }

    [Theory]
    [InlineData("name || '-' || CAST(rpm AS VARCHAR(8)) = 'Pump-1480' AND SUBSTRING(name FROM 2 FOR 2) = 'um'")]
    [InlineData("CASE WHEN rpm > 1000 THEN TRIM(BOTH 'p' FROM name) ELSE INITCAP(name) END = 'Pum'")]
    [InlineData("FLOOR(ROWTIME TO HOUR) + INTERVAL '30' MINUTE > TIMESTAMP '1970-01-01 00:00:00'")]
    [InlineData("TIMESTAMP_TO_CHAR('yyyy-MM-dd HH:mm', STEP(ROWTIME BY INTERVAL '10' SECOND)) = '1970-01-01 00:00'")]
    [InlineData("CHAR_TO_DATE('yyyy-MM-dd', day) = DATE '2026-11-20' AND EXTRACT(SECOND FROM ROWTIME) = 0")]
    [InlineData("CAST(rpm AS DECIMAL(8,2)) / 3 > 493.3 AND MOD(CAST(rpm AS BIGINT), 7) = 3 AND ROUND(x, 1) = -2.5")]
    [InlineData("name SIMILAR TO 'Pu(m|n)p' AND REGEX_REPLACE(name, 'P', 'J') = 'Jump'")]
    [InlineData("SUBSTRING(name FROM 'u.') = 'um'")]
    [InlineData("JSON_VALUE(note, '$.a[1]') = 2 AND JSON_EXISTS(note, '$.a') AND (day > '2026') IS TRUE")]
    [InlineData("OVERLAY(name PLACING 'J' FROM 1) = 'Jump' AND POSITION('mp' IN name) = 3")]
    public void No_function_allocates(string text)
    {
        var columns = new ColumnSet();
        var expression = SqlExpression.ParseCondition(text, columns);
        var row = new JsonColumns(columns);
        var json = """{"name":"Pump","rpm":1480,"x":-2.5,"day":"2026-11-20","note":"{\"a\":[1,2]}"}"""u8.ToArray();
        for (var round = 0; round < 100; round++)
        {
            Assert.True(row.TryRead(json) && expression.IsTrue(row, json, default, 0));
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        var matches = 0;
        for (var round = 0; round < 1000; round++)
        {
            matches += row.TryRead(json) && expression.IsTrue(row, json, default, 0) ? 1 : 0;
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(1000, matches);
    }

    [Fact]
    public void Making_an_object_of_a_record_allocates_nothing()
    {
        var columns = new ColumnSet();
        var list = SelectList.Parse(
            "* EXCEPT (secret), PARTITION_KEY AS device, ROWTIME AS t, motor.rpm / 60 AS rps, "
            + "UPPER(name) AS name, motor",
            columns);
        var row = new JsonColumns(columns);
        var json = Encoding.UTF8.GetBytes("""{"motor":{"rpm":1480,"other":[1]},"name":"Pump","secret":1,"x":-2.5}""");
        var key = "plant/1"u8.ToArray();
        var output = new ArrayBufferWriter<byte>(1 << 10);
        using var writer = new Utf8JsonWriter(output, SelectList.WriterOptions);
        Select();

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < 1000; round++)
        {
            Select();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.StartsWith(
            """{"x":-2.5,"device":"plant/1","t":"1970-01-01T""", Encoding.UTF8.GetString(output.WrittenSpan));

        void Select()
        {
            output.ResetWrittenCount();
            writer.Reset();
            row.TryRead(json);
            list.Write(row, json, key, 0, writer);
            writer.Flush();
        }
    }
}
