using System.Text;

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
}
