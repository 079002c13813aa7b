using System.Text;
using EdgeStream.Testing;
using Xunit.Abstractions;

namespace EdgeStream.Devices.Tests;

public class TopicFilterTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("a/b", "a/b", true)]
    [InlineData("a/b", "a/b/c", false)]
    [InlineData("a/b", "a", false)]
    [InlineData("a/b", "A/b", false)]
    [InlineData("a/b", "/a/b", false)]
    [InlineData("#", "a/b/c", true)]
    [InlineData("#", "/", true)]
    [InlineData("a/#", "a", true)]
    [InlineData("a/#", "a/", true)]
    [InlineData("a/#", "a/b/c", true)]
    [InlineData("a/#", "ab", false)]
    [InlineData("+", "a", true)]
    [InlineData("+", "/a", false)]
    [InlineData("+/+", "/a", true)]
    [InlineData("/+", "/a", true)]
    [InlineData("a/+/c", "a//c", true)]
    [InlineData("a/+", "a", false)]
    [InlineData("+/b/#", "a/b", true)]
    [InlineData("#", "$SYS/broker", false)]
    [InlineData("+/broker", "$SYS/broker", false)]
    [InlineData("$SYS/#", "$SYS/broker", true)]
    [InlineData("$SYS/+", "$SYS/broker", true)]
    [InlineData("a/+", "a/$b", true)]
    [InlineData("straße/+", "straße/ü", true)]
    [InlineData("#", "", false)]
    public void A_filter_takes_the_topics_that_the_specification_says(string filter, string topic, bool matches) =>
        Assert.Equal(matches, Parse(filter).Matches(Encoding.UTF8.GetBytes(topic)));

    [Theory]
    [InlineData("")]
    [InlineData("a/#/b")]
    [InlineData("a#")]
    [InlineData("a/b#")]
    [InlineData("a+")]
    [InlineData("a/+b/c")]
    [InlineData("a\0b")]
    public void A_filter_against_the_grammar_is_refused_with_the_rule(string filter)
    {
        Assert.False(TopicFilter.TryParse(filter, out _, out var problem));
        Assert.NotEmpty(problem);
    }

    [Fact]
    public void Matching_agrees_with_a_naive_model_on_random_filters_and_topics()
    {
        var random = TestSeed.Create(output.WriteLine);
        string[] filterLevels = ["a", "b", "", "+", "$s", "#"];
        string[] topicLevels = ["a", "b", "", "$s"];
        var matched = 0;
        for (var round = 0; round < 20_000; round++)
        {
            var filter = string.Join('/', Enumerable.Range(0, random.Next(1, 5)).Select(_ => Pick(filterLevels)));
            var topic = string.Join('/', Enumerable.Range(0, random.Next(1, 5)).Select(_ => Pick(topicLevels)));
            if (!TopicFilter.TryParse(filter, out var parsed, out _) || topic.Length == 0)
            {
                continue;
            }

            var expected = Model(filter, topic);
            matched += expected ? 1 : 0;
            Assert.True(
                expected == parsed!.Matches(Encoding.UTF8.GetBytes(topic)),
                $"'{filter}' on '{topic}': model says {expected}");
        }

        Assert.InRange(matched, 100, 20_000);

        string Pick(string[] levels) => levels[random.Next(levels.Length)];
    }

    private static TopicFilter Parse(string filter)
    {
        Assert.True(TopicFilter.TryParse(filter, out var parsed, out var problem), problem);
        return parsed!;
    }

    /// <summary>The specification's words, level by level, with strings.</summary>
    private static bool Model(string filter, string topic)
    {
        if (topic.StartsWith('$') && (filter.StartsWith('+') || filter.StartsWith('#')))
        {
            return false;
        }

        var wanted = filter.Split('/');
        var levels = topic.Split('/');
        if (wanted[^1] == "#")
        {
            wanted = wanted[..^1];
            if (levels.Length < wanted.Length)
            {
                return false;
            }

            levels = levels[..wanted.Length];
        }

        return wanted.Length == levels.Length
            && wanted.Zip(levels).All(pair => pair.First == "+" || pair.First == pair.Second);
    }
}
