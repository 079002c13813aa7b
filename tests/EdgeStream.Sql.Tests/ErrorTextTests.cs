namespace EdgeStream.Sql.Tests;

public sealed class ErrorTextTests
{
    [Fact]
    public void The_offending_part_is_underlined_in_its_line()
    {
        var exception = Assert.Throws<SqlException>(
            () => SqlExpression.Parse("temperature > 20\n  AND SQRD(x) > 2", new ColumnSet()));

        Assert.Equal(
            "There is no function SQRD (line 2, column 7)\n    AND SQRD(x) > 2\n        ^^^^\n"
            + "Hint: Did you mean SQRT?",
            exception.Message);
    }

    [Fact]
    public void A_filter_must_be_a_condition()
    {
        var exception = Assert.Throws<SqlException>(
            () => SqlExpression.ParseCondition("temperature + 1", new ColumnSet()));

        Assert.Equal("A filter needs a condition here", exception.Error.Primary);
        Assert.Equal("Compare it with something: temperature > 20.", exception.Error.Hint);
    }

    [Theory]
    [InlineData(100_000, "(")]
    [InlineData(100_000, "NOT ")]
    [InlineData(30_000, "-")]
    [InlineData(5_000, "a + ")]
    [InlineData(5_000, "a OR ")]
    [InlineData(5_000, "ABS(")]
    public void Nothing_exhausts_the_stack(int count, string piece)
    {
        var text = string.Concat(Enumerable.Repeat(piece, count)) + "a";

        Assert.Throws<SqlException>(() => SqlExpression.Parse(text, new ColumnSet()));
    }
}
