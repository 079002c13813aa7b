using System.Text;
using EdgeStream.Testing;
using Xunit.Abstractions;

namespace EdgeStream.Analytics.Tests;

public sealed class TumblingFunctionTests(ITestOutputHelper output)
{
    private const long Second = 1_000_000;

    [Fact]
    public void A_window_ends_at_a_whole_multiple_of_its_length()
    {
        var window = new TopItemsWindow(3, 60);
        Add(window, 59 * Second, "a");

        Assert.Equal(60 * Second, window.WindowEnd);
        Assert.False(window.IsOver((60 * Second) - 1));
        Assert.True(window.IsOver(60 * Second));
        Assert.Throws<InvalidOperationException>(() => Add(window, 60 * Second, "b"));
        Assert.Equal([new TopItem("a", 1)], window.Close());
        Add(window, -1, "b");
        Assert.Equal(0, window.WindowEnd);
    }

    [Fact]
    public void Top_items_are_counted_and_ordered_by_count_and_then_by_name()
    {
        var window = new TopItemsWindow(3, 60);
        foreach (var item in "d b a b c a ü ü ü".Split(' '))
        {
            Add(window, 0, item);
        }

        Assert.Equal([new TopItem("ü", 3), new TopItem("a", 2), new TopItem("b", 2)], window.Close());
        Assert.Empty(window.Close());
    }

    [Fact]
    public void With_more_items_than_counters_the_frequent_ones_are_found_and_counts_never_too_low()
    {
        var random = TestSeed.Create(output.WriteLine);
        var window = new TopItemsWindow(5, 3600);
        var exact = new Dictionary<string, long>(StringComparer.Ordinal);
        for (var row = 0; row < 100_000; row++)
        {
            // Five items in every tenth row, a crowd of 20,000 in the others.
            var item = random.Next(10) == 0 ? $"hot-{random.Next(5)}" : $"{random.Next(20_000)}";
            exact[item] = exact.GetValueOrDefault(item) + 1;
            Add(window, 0, item);
        }

        var top = window.Close();
        Assert.Equal(["hot-0", "hot-1", "hot-2", "hot-3", "hot-4"], top.Select(item => item.Item).Order());
        Assert.All(top, item => Assert.InRange(item.Count, exact[item.Item], exact[item.Item] + 100));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(9_999)]
    [InlineData(10_000)]
    public void Up_to_ten_thousand_distinct_items_are_counted_exactly(int items)
    {
        var window = new DistinctItemsWindow(60);
        for (var row = 0; row < items * 2; row++)
        {
            Add(window, 0, $"{row % items}");
        }

        Assert.Equal(items, window.Close());
        Assert.Equal(0, window.Close());
    }

    [Theory]
    [InlineData(10_001)]
    [InlineData(30_000)]
    [InlineData(100_000)]
    public void More_distinct_items_are_estimated_within_three_percent(int items)
    {
        var window = new DistinctItemsWindow(60);
        for (var row = 0; row < items; row++)
        {
            Add(window, 0, $"device-{row}");
        }

        Assert.InRange(window.Close(), items * 0.97, items * 1.03);
    }

    [Fact]
    public void A_window_saved_and_loaded_at_any_row_gives_the_same_results()
    {
        var random = TestSeed.Create(output.WriteLine);
        var (whole, wholeCount) = (new TopItemsWindow(4, 10), new DistinctItemsWindow(10));
        var (saved, savedCount) = (new TopItemsWindow(4, 10), new DistinctItemsWindow(10));
        for (var row = 0; row < 30_000; row++)
        {
            var item = $"{random.Next(row < 2000 ? 5 : 15_000)}";
            var time = row / 15_000 * 10 * Second;
            if (whole.IsOver(time))
            {
                Assert.Equal(whole.Close(), saved.Close());
                Assert.Equal(wholeCount.Close(), savedCount.Close());
            }

            Add(whole, time, item);
            Add(saved, time, item);
            Add(wholeCount, time, item);
            Add(savedCount, time, item);
            if (row < 50 || random.Next(3000) == 0)
            {
                saved = (TopItemsWindow)Reloaded(saved, new TopItemsWindow(4, 10));
                savedCount = (DistinctItemsWindow)Reloaded(savedCount, new DistinctItemsWindow(10));
                Assert.Equal(whole.WindowEnd, saved.WindowEnd);
            }
        }

        Assert.Equal(whole.Close(), saved.Close());
        Assert.Equal(wholeCount.Close(), savedCount.Close());
    }

    [Fact]
    public void Bytes_that_are_cut_or_of_other_parameters_are_refused()
    {
        var window = new TopItemsWindow(4, 10);
        Add(window, 0, "abc");
        var bytes = new byte[window.SavedBytesMax];
        var length = window.Save(bytes);
        for (var cut = 0; cut < length; cut++)
        {
            Assert.False(new TopItemsWindow(4, 10).TryLoad(bytes.AsSpan(0, cut)));
        }

        Assert.False(new TopItemsWindow(5, 10).TryLoad(bytes.AsSpan(0, length)));
        Assert.True(new TopItemsWindow(4, 10).TryLoad(bytes.AsSpan(0, length)));
    }

    [Fact]
    public void As_many_items_as_the_reference_allows_are_kept_and_only_memory_for_those_there_are_is_taken()
    {
        var top = new TopItemsWindow(TopItemsWindow.ItemsMax, 10);
        Assert.Equal(0, top.SizeBytes);
        for (var item = 0; item < 3000; item++)
        {
            Add(top, 0, $"item {item:d4}");
        }

        Assert.InRange(top.SizeBytes, 3000 * 9, 3000 * 200);
        var again = (TopItemsWindow)Reloaded(top, new TopItemsWindow(TopItemsWindow.ItemsMax, 10));
        Assert.Equal(top.SizeBytes, again.SizeBytes);
        Add(again, 0, "item 2999");
        var items = again.Close();
        Assert.Equal(3000, items.Count);
        Assert.Equal(new TopItem("item 2999", 2), items[0]);
        Assert.Equal(0, again.SizeBytes);
    }

    [Fact]
    public void An_item_that_is_known_allocates_nothing()
    {
        var (top, distinct) = (new TopItemsWindow(4, 10), new DistinctItemsWindow(10));
        var item = "an item"u8.ToArray();
        top.Add(0, item);
        distinct.Add(0, item);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var row = 0; row < 100; row++)
        {
            top.Add(0, item);
            distinct.Add(0, item);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal([new TopItem("an item", 101)], top.Close());
    }

    private static IStreamFunction Reloaded(IStreamFunction function, IStreamFunction fresh)
    {
        var bytes = new byte[function.SavedBytesMax];
        Assert.True(fresh.TryLoad(bytes.AsSpan(0, function.Save(bytes))));
        return fresh;
    }

    private static void Add(TumblingFunction window, long time, string item) =>
        window.Add(time, Encoding.UTF8.GetBytes(item));
}
