namespace EdgeStream.Delivery.Tests;

public class PrefixTemplateTests
{
    private static readonly DateTimeOffset Time = new(2026, 2, 3, 4, 5, 6, 789, TimeSpan.Zero);

    [Theory]
    [InlineData("", "")]
    [InlineData("in", "in")]
    [InlineData("a//b", "a//b")]
    [InlineData("!{timestamp:yyyy/MM/dd/HH/}", "2026/02/03/04/")]
    [InlineData("logs/.!{timestamp:yyyy}/", "logs/.2026/")]
    [InlineData("logs/..", "logs/..")]
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
    [InlineData("!{partitionKeyFromLambda:x}", "needs a function")]
    [InlineData("a/../b", "'..'")]
    [InlineData("./", "'.'")]
    [InlineData("x/!{timestamp:../../}other/", "'..'")]
    [InlineData("x/!{timestamp:'..'}/", "'..'")]
    [InlineData("x/.!{timestamp:'.'}/y", "'..'")]
    [InlineData("x!{timestamp:/}!{timestamp:.}!{timestamp:/}", "'.'")]
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

    [Fact]
    public void The_bound_counts_bytes()
    {
        Assert.True(PrefixTemplate.TryParse(new string('\u00e9', 256), out _, out _));
        Assert.False(PrefixTemplate.TryParse(new string('\u00e9', 257), out _, out var problem));
        Assert.Contains("512 bytes", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData('d', 2)]
    [InlineData('D', 3)]
    [InlineData('H', 2)]
    [InlineData('m', 2)]
    [InlineData('M', 2)]
    [InlineData('s', 2)]
    public void The_bound_counts_the_digits_that_a_field_can_have(char letter, int digits)
    {
        var pattern = $"!{{timestamp:{letter}}}";
        Assert.True(PrefixTemplate.TryParse(new string('x', 512 - digits) + pattern, out _, out _));
        Assert.False(PrefixTemplate.TryParse(new string('x', 513 - digits) + pattern, out _, out _));
    }
}
