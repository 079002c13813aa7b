using System.Globalization;
using System.Text;
using EdgeStream.Testing;
using Xunit.Abstractions;

namespace EdgeStream.Analytics.Tests;

public sealed class GroupRankTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(false, RankOrder.Ascending, "1:1 1:1 3:3 4:4")]
    [InlineData(true, RankOrder.Ascending, "4:1 3:2 1:3 1:3")]
    [InlineData(false, RankOrder.Descending, "4:4 3:3 1:1 1:1")]
    [InlineData(true, RankOrder.Received, "3:2 1:3 4:1 1:3")]
    public void Rows_of_one_time_are_ranked_and_ordered(bool isDescending, RankOrder order, string expected)
    {
        var rank = new GroupRank(isDescending, order, 0, 0);
        foreach (var value in new[] { 3, 1, 4, 1 })
        {
            Assert.True(Add(rank, 7, value));
        }

        Assert.Equal(expected, Text(rank));
        Assert.Equal("", Text(rank));
    }

    [Fact]
    public void A_group_is_over_with_another_time_or_after_silence()
    {
        var rank = new GroupRank(false, RankOrder.Received, 500, 0);
        Assert.False(rank.IsOver(9));
        Assert.False(rank.IsIdle(10_000));
        Add(rank, 7, 1);

        Assert.False(rank.IsOver(7));
        Assert.True(rank.IsOver(8));
        Assert.False(Add(rank, 8, 2));
        Assert.False(rank.IsIdle(499));
        Assert.True(rank.IsIdle(500));
        Assert.Equal("1:1", Text(rank));
        Assert.True(Add(rank, 8, 2));
        Assert.False(new GroupRank(false, RankOrder.Received, 0, 0).IsIdle(long.MaxValue));
    }

    [Fact]
    public void Only_the_first_rows_of_a_group_are_given_where_there_is_a_bound()
    {
        var rank = new GroupRank(true, RankOrder.Ascending, 0, 2);
        foreach (var value in new[] { 3, 1, 4, 1, 5 })
        {
            Add(rank, 7, value);
        }

        Assert.Equal("5:1 4:2", Text(rank));
    }

    [Fact]
    public void A_full_group_has_to_be_given_first()
    {
        var rank = new GroupRank(false, RankOrder.Received, 0, 0);
        for (var row = 0; row < GroupRank.RowsMax; row++)
        {
            Assert.True(rank.TryAdd(1, [1], [2]));
        }

        Assert.False(rank.TryAdd(1, [1], [2]));
        rank.Close();
        Assert.True(rank.TryAdd(1, [1], new byte[GroupRank.GroupSizeBytesMax]));
        Assert.False(rank.TryAdd(1, [1], [2]));
    }

    [Fact]
    public void Sort_keys_of_numbers_compare_as_the_numbers()
    {
        var random = TestSeed.Create(output.WriteLine);
        double[] numbers =
        [
            double.NegativeInfinity, double.MinValue, -1, -double.Epsilon, -0.0, 0, double.Epsilon, 1, double.MaxValue,
            .. Enumerable.Range(0, 50).Select(_ => (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-9, 9))),
        ];
        foreach (var left in numbers)
        {
            foreach (var right in numbers)
            {
                Assert.Equal(
                    left.CompareTo(right + 0.0),
                    Math.Sign(GroupRank.SortKeyOf(left).AsSpan().SequenceCompareTo(GroupRank.SortKeyOf(right))));
            }
        }
    }

    [Fact]
    public void A_group_saved_and_loaded_at_any_row_is_given_the_same()
    {
        var random = TestSeed.Create(output.WriteLine);
        var whole = new GroupRank(false, RankOrder.Ascending, 0, 0);
        var saved = new GroupRank(false, RankOrder.Ascending, 0, 0);
        for (var row = 0; row < 40; row++)
        {
            var value = random.Next(9);
            Assert.True(Add(whole, 7, value));
            Assert.True(Add(saved, 7, value));
            var bytes = new byte[saved.SavedBytesMax];
            var length = saved.Save(bytes);
            saved = new GroupRank(false, RankOrder.Ascending, 0, 0);
            Assert.False(saved.TryLoad(bytes.AsSpan(0, length - 1)));
            Assert.True(saved.TryLoad(bytes.AsSpan(0, length)));
            Assert.False(Add(saved, 8, 1));
        }

        Assert.Equal(Text(whole), Text(saved));
    }

    private static bool Add(GroupRank rank, long time, int value) => rank.TryAdd(
        time, GroupRank.SortKeyOf(value), Encoding.UTF8.GetBytes(value.ToString(CultureInfo.InvariantCulture)));

    private static string Text(GroupRank rank) =>
        string.Join(' ', rank.Close().Select(row => $"{Encoding.UTF8.GetString(row.Row)}:{row.Rank}"));
}
