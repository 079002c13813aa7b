using System.Text;

namespace EdgeStream.Mqtt.Tests.Access;

public class TopicMatchTests
{
    [Theory]
    [InlineData("a/b", "a/b", true)]
    [InlineData("a/b", "a/c", false)]
    [InlineData("a/+", "a/b", true)]
    [InlineData("a/+", "a/b/c", false)]
    [InlineData("a/#", "a", true)]
    [InlineData("a/#", "a/b/c", true)]
    [InlineData("#", "a", true)]
    [InlineData("#", "$SYS/a", false)]
    [InlineData("+/a", "$SYS/a", false)]
    [InlineData("$SYS/#", "$SYS/a", true)]
    [InlineData("a", "a/", false)]
    [InlineData("a/+", "a/", true)]
    public void A_filter_matches_topics(string filter, string topic, bool isMatch) =>
        Assert.Equal(isMatch, TopicMatch.Matches(Bytes(filter), Bytes(topic)));

    [Theory]
    [InlineData("a/+", "+/b", true)]
    [InlineData("a/#", "+/b/c", true)]
    [InlineData("a/b/#", "a/b", true)]
    [InlineData("a/b/#", "a", false)]
    [InlineData("a/+/c", "a/b/d", false)]
    [InlineData("#", "$SYS/#", false)]
    [InlineData("$SYS/+", "$SYS/#", true)]
    public void Filters_overlap_where_a_topic_matches_both(string left, string right, bool isOverlap)
    {
        Assert.Equal(isOverlap, TopicMatch.Overlaps(Bytes(left), Bytes(right)));
        Assert.Equal(isOverlap, TopicMatch.Overlaps(Bytes(right), Bytes(left)));
    }

    [Theory]
    [InlineData("#", "a/b", true)]
    [InlineData("#", "#", true)]
    [InlineData("a/#", "a", true)]
    [InlineData("a/#", "a/+/c", true)]
    [InlineData("a/+", "a/#", false)]
    [InlineData("a/+", "a/+", true)]
    [InlineData("a/b", "a/+", false)]
    [InlineData("a", "a/#", false)]
    [InlineData("#", "$SYS/#", false)]
    public void A_filter_covers_another_where_it_matches_all_of_its_topics(string filter, string other, bool covers) =>
        Assert.Equal(covers, TopicMatch.Covers(Bytes(filter), Bytes(other)));

    /// <summary>Over all topics of a small alphabet, both relations are what their definitions say.</summary>
    [Fact]
    public void Both_relations_hold_over_every_small_topic()
    {
        string[] levels = ["a", "b", "$s", ""];
        string[] topics = [.. Paths(levels, 3)];
        string[] filters = [.. Paths(["a", "+", "$s"], 2).SelectMany(path => new[] { path, path + "/#" }), "#"];
        foreach (string left in filters)
        {
            foreach (string right in filters)
            {
                string[] ofLeft = [.. topics.Where(topic => TopicMatch.Matches(Bytes(left), Bytes(topic)))];
                string[] ofRight = [.. topics.Where(topic => TopicMatch.Matches(Bytes(right), Bytes(topic)))];
                Assert.True(
                    TopicMatch.Overlaps(Bytes(left), Bytes(right)) == ofLeft.Intersect(ofRight).Any(),
                    $"'{left}' and '{right}' overlap");
                Assert.True(
                    TopicMatch.Covers(Bytes(left), Bytes(right)) == !ofRight.Except(ofLeft).Any(),
                    $"'{left}' covers '{right}'");
            }
        }
    }

    private static IEnumerable<string> Paths(string[] levels, int depthMax)
    {
        string[] paths = levels;
        for (int depth = 1; depth <= depthMax; depth++)
        {
            foreach (string path in paths.Where(path => path.Length > 0))
            {
                yield return path;
            }

            paths = [.. paths.SelectMany(path => levels.Select(level => $"{path}/{level}"))];
        }
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
