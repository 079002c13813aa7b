namespace EdgeStream.Sql.Tests;

public sealed class ColumnPathTests
{
    [Theory]
    [InlineData("temperature", "temperature")]
    [InlineData("motor.rpm", "motor.rpm")]
    [InlineData(" motor.rpm ", "motor.rpm")]
    [InlineData("fan-1.rpm", "\"fan-1\".rpm")]
    [InlineData("\"a.b\".\"say \"\"hi\"\"\"", "\"a.b\".\"say \"\"hi\"\"\"")]
    public void A_path_is_read_and_written(string text, string canonical)
    {
        Assert.True(ColumnPath.TryParse(text, out var path));
        Assert.Equal(canonical, path.ToString());
        Assert.True(ColumnPath.TryParse(canonical, out var again));
        Assert.Equal(path, again);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("a.")]
    [InlineData(".a")]
    [InlineData("a b")]
    [InlineData("a\"b")]
    [InlineData("\"a")]
    [InlineData("\"a\"b")]
    [InlineData("a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q")]
    public void What_is_no_path_is_refused(string text) => Assert.False(ColumnPath.TryParse(text, out _));

    [Fact]
    public void The_same_path_has_one_slot_in_a_set()
    {
        var columns = new ColumnSet();
        SqlExpression.Parse("a.b > 1 AND \"a\".\"b\" < 5 AND c = 1", columns);

        Assert.Equal(2, columns.Count);
    }

    [Fact]
    public void Columns_with_and_without_members_below_them_are_found_in_one_pass()
    {
        const string Record = """{"a":{"b":{"c":1},"x":2},"b":3,"c":{"c":{"c":4}}}""";

        Assert.Equal("10", Evaluation.Of("a.b.c + a.x + b + c.c.c", Record));
        Assert.Equal("true", Evaluation.Of("a IS NULL AND a.b IS NULL AND a.b.c = 1", Record));
    }
}
