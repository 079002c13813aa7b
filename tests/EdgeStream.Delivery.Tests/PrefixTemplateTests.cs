namespace EdgeStream.Delivery.Tests;

public class PrefixTemplateTests
{
    private static readonly DateTimeOffset Time = new(2026, 2, 3, 4, 5, 6, 789, TimeSpan.Zero);

    [Theory]
    [InlineData("", "")]
    [InlineData("in", "in")]
    [InlineData("a//b", "a//b")]
    [InlineData("!{timestamp:yyyy/MM/dd/HH/}", "2026/02/03/04/")]
    [InlineData("y=!{timestamp:yyyy}/m=!{timestamp:M}-", "y=2026/m=2-")]
    [InlineData("!{timestamp:yy u uuuu d H m s}", "26 2026 2026 3 4 5 6")]
    [InlineData("!{timestamp:mm.ss.SSS}", "05.06.789")]
    [InlineData("!{timestamp:DDD D}", "034 34")]
    [InlineData("!{timestamp:'day 'dd''HH}", "day 03'04")]
    [InlineData("!{firehose:error-output-type}/", "error-output-type/")]
    public void Expressions_are_evaluated(string prefix, string text)
    {
        Assert.True(PrefixTemplate.TryParse(prefix, out var template, out _));
        Assert.Equal(text, template.Evaluate(Time));
        Assert.Equal(text, template.Evaluate(Time.ToOffset(TimeSpan.FromHours(9))));
    }

    [Fact]
    public void Random_strings_differ()
    {
        Assert.True(PrefixTemplate.TryParse("!{firehose:random-string}", out var template, out _));
        Assert.Matches("^[a-zA-Z0-9]{11}$", template.Evaluate(Time));
        Assert.NotEqual(template.Evaluate(Time), template.Evaluate(Time));
    }

    [Theory]
    [InlineData("!{timestamp:yyyy", "no '}'")]
    [InlineData("!{timestamp:}", "without a pattern")]
    [InlineData("!{timestamp}", "without a pattern")]
    [InlineData("!{timestamp:yyy}", "'yyy'")]
    [InlineData("!{timestamp:EEE}", "'EEE'")]
    [InlineData("!{timestamp:'day}", "not closed")]
    [InlineData("!{firehose:x}", "unknown")]
    [InlineData("!{x:y}", "unknown")]
    [InlineData("!{partitionKeyFromLambda:x}", "dynamic partitioning")]
    [InlineData("a/../b", "'..'")]
    [InlineData("a\tb", "control character")]
    public void What_is_no_prefix_is_refused(string prefix, string problem)
    {
        Assert.False(PrefixTemplate.TryParse(prefix, out _, out var told));
        Assert.Contains(problem, told, StringComparison.Ordinal);
    }

    [Fact]
    public void An_evaluated_prefix_has_its_bound()
    {
        Assert.True(PrefixTemplate.TryParse(new string('x', 512), out _, out _));
        Assert.False(PrefixTemplate.TryParse(new string('x', 509) + "!{timestamp:yyyy}", out _, out _));
    }
}
