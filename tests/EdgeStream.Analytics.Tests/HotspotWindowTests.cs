using System.Buffers;
using System.Text;
using System.Text.Json;
using EdgeStream.Testing;
using Xunit.Abstractions;

namespace EdgeStream.Analytics.Tests;

public sealed class HotspotWindowTests(ITestOutputHelper output)
{
    [Fact]
    public void Points_close_together_are_a_hotspot_with_its_box_and_density()
    {
        var window = new HotspotWindow(2, 100, 0.5, 3);
        foreach (var (x, y) in new[] { (0.0, 0.0), (9.0, 9.0), (0.4, 0.0), (0.4, 0.25), (5.0, 5.0) })
        {
            window.Add([x, y]);
        }

        // Three points on 0.4 by 0.25.
        Assert.Equal(
            """{"hotspots":[{"density":30,"maxValues":[0.4,0.25],"minValues":[0,0]}]}""", Text(window));
    }

    [Fact]
    public void Nothing_close_together_is_no_hotspot()
    {
        var window = new HotspotWindow(1, 100, 1, 2);
        for (var value = 0; value < 300; value += 2)
        {
            window.Add([value]);
        }

        Assert.Equal("""{"hotspots":[]}""", Text(window));
    }

    [Fact]
    public void A_hotspot_goes_when_its_points_have_left_the_window_and_the_denser_one_is_first()
    {
        var window = new HotspotWindow(1, 100, 1, 5);
        for (var point = 0; point < 30; point++)
        {
            window.Add([point * 0.01]);
        }

        for (var point = 0; point < 20; point++)
        {
            window.Add([500 + (point * 0.5)]);
        }

        Assert.Equal(2, Count(window));
        Assert.StartsWith("""{"hotspots":[{"density":103""", Text(window));
        for (var point = 0; point < 70; point++)
        {
            window.Add([1000 + (point * 3)]);
        }

        // Twenty of the first thirty have left.
        Assert.Equal(2, Count(window));
        for (var point = 0; point < 10; point++)
        {
            window.Add([2000 + (point * 3)]);
        }

        Assert.Equal(1, Count(window));
        Assert.EndsWith("\"minValues\":[500]}]}", Text(window));
    }

    [Fact]
    public void Groups_are_those_of_a_naive_search_in_every_window_and_after_a_load()
    {
        var random = TestSeed.Create(output.WriteLine);
        var window = new HotspotWindow(2, 100, 0.06, 4);
        var points = new List<double[]>();
        for (var row = 0; row < 400; row++)
        {
            double[] point = [random.NextDouble(), random.NextDouble()];
            points.Add(point);
            window.Add(point);
            if (row % 10 == 0)
            {
                var naive = Naive(points.TakeLast(100).ToList(), 0.06, 4);
                Assert.Equal(naive, Count(window));
                var loaded = new HotspotWindow(2, 100, 0.06, 4);
                var bytes = new byte[window.SavedBytesMax];
                Assert.True(loaded.TryLoad(bytes.AsSpan(0, window.Save(bytes))));
                Assert.Equal(Text(window), Text(loaded));
                window = loaded;
            }
        }
    }

    [Fact]
    public void Points_that_are_no_numbers_are_near_to_none()
    {
        var window = new HotspotWindow(1, 100, 1, 2);
        double[] values = [double.NaN, double.NaN, double.PositiveInfinity, double.PositiveInfinity, 1, 1.5];
        foreach (var value in values)
        {
            window.Add([value]);
        }

        Assert.Equal(1, Count(window));
    }

    [Theory]
    [InlineData(1, 99, 1, 2)]
    [InlineData(1, 1001, 1, 2)]
    [InlineData(1, 100, 0, 2)]
    [InlineData(1, 100, double.PositiveInfinity, 2)]
    [InlineData(1, 100, 1, 1)]
    [InlineData(1, 100, 1, 101)]
    [InlineData(101, 100, 1, 2)]
    public void Parameters_out_of_their_range_are_refused(int columns, int size, double radius, int points) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new HotspotWindow(columns, size, radius, points));

    private static int Naive(List<double[]> points, double radius, int least)
    {
        var group = Enumerable.Range(0, points.Count).ToArray();
        for (var left = 0; left < points.Count; left++)
        {
            for (var right = 0; right < left; right++)
            {
                var (x, y) = (points[left][0] - points[right][0], points[left][1] - points[right][1]);
                if ((x * x) + (y * y) <= radius * radius)
                {
                    var (from, to) = (group[left], group[right]);
                    group = Array.ConvertAll(group, name => name == from ? to : name);
                }
            }
        }

        return group.CountBy(name => name).Count(count => count.Value >= least);
    }

    private static int Count(HotspotWindow window)
    {
        using var document = JsonDocument.Parse(Text(window));
        return document.RootElement.GetProperty("hotspots").GetArrayLength();
    }

    private static string Text(HotspotWindow window)
    {
        var text = new ArrayBufferWriter<byte>();
        window.Write(text);
        return Encoding.UTF8.GetString(text.WrittenSpan);
    }
}
