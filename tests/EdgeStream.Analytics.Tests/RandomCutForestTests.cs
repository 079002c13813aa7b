using System.Buffers;
using System.Text;
using EdgeStream.Analytics.Detection;
using EdgeStream.Testing;
using Xunit.Abstractions;

namespace EdgeStream.Analytics.Tests;

public sealed class RandomCutForestTests(ITestOutputHelper output)
{
    private const int Seed = 1;

    private static readonly RandomCutForestOptions Small = new() { NumberOfTrees = 20, SubSampleSize = 64 };

    [Fact]
    public void Trees_keep_their_invariants_whatever_comes()
    {
        foreach (var seed in TestSeed.Take(8))
        {
            TestSeed.Run(seed, random =>
            {
                var columns = random.Next(1, 4);
                var options = new RandomCutForestOptions
                {
                    NumberOfTrees = 3, SubSampleSize = random.Next(10, 40), TimeDecay = random.Next(1, 500),
                    ShingleSize = random.Next(1, 4), Seed = (ulong)seed,
                };
                var forest = new RandomCutForest(columns, options);
                var point = new double[columns];
                for (var step = 0; step < 600; step++)
                {
                    for (var column = 0; column < columns; column++)
                    {
                        // Many points are equal, and some far out.
                        point[column] = random.Next(6) switch
                        {
                            0 => 3,
                            1 => random.Next(4),
                            2 => 1e30 * random.NextDouble(),
                            _ => random.NextDouble(),
                        };
                    }

                    forest.Score(point);
                    Assert.All(forest.Trees, tree => Check(tree, columns * options.ShingleSize));
                    Assert.All(
                        forest.Trees.Zip(forest.Samples), pair => Assert.Equal(pair.First.Mass, pair.Second.Count));
                }

                Assert.All(forest.Samples, sample => Assert.Equal(options.SubSampleSize, sample.Count));
            });
        }
    }

    [Fact]
    public void A_sample_without_decay_is_uniform()
    {
        // A decay over more points than there are weighs all the same.
        var random = new SplitMix((ulong)TestSeed.CreateOr(Seed, output.WriteLine).NextInt64());
        const int Stream = 200;
        const int Held = 20;
        const int Runs = 4000;
        var counts = new int[Stream];
        for (var run = 0; run < Runs; run++)
        {
            foreach (var position in Sampled(Stream, Held, decay: 1e-9, ref random))
            {
                counts[position - 1]++;
            }
        }

        var expected = Runs * Held / (double)Stream;
        var chiSquare = counts.Sum(count => (count - expected) * (count - expected) / expected);

        // 199 degrees of freedom: mean 199, deviation 20.
        Assert.InRange(chiSquare, 100, 320);
    }

    [Fact]
    public void A_sample_prefers_younger_points_by_the_decay()
    {
        var random = new SplitMix((ulong)TestSeed.CreateOr(Seed, output.WriteLine).NextInt64());
        const int Stream = 20_000;
        const int Held = 50;
        const double Constant = 1000;
        var ages = new List<double>();
        for (var run = 0; run < 200; run++)
        {
            var sampled = Sampled(Stream, Held, 1 / Constant, ref random);
            ages.AddRange(sampled.Select(position => (double)Stream - position));
        }

        // Where few of many are held, the ages are exponential: the mean is the time constant.
        Assert.InRange(ages.Average(), Constant * 0.9, Constant * 1.15);
    }

    [Fact]
    public void A_prefix_of_a_stream_has_the_same_scores_as_the_whole()
    {
        var points = Points(TestSeed.CreateOr(Seed, output.WriteLine), 900);
        var whole = Scores(points, Small);
        foreach (var length in new[] { 1, 20, 100, 899 })
        {
            Assert.Equal(whole[..length], Scores(points[..length], Small));
        }
    }

    [Fact]
    public void A_forest_saved_and_loaded_at_every_point_gives_the_same_scores()
    {
        var points = Points(TestSeed.CreateOr(Seed, output.WriteLine), 700);
        var options = Small with { ShingleSize = 2, TimeDecay = 300 };
        var whole = new RandomCutForest(2, options);
        var loaded = new RandomCutForest(2, options);
        var bytes = new byte[whole.SavedBytesMax];
        foreach (var point in points)
        {
            Assert.Equal(whole.Score(point), loaded.Score(point));
            loaded = Assert.IsType<RandomCutForest>(RandomCutForest.TryLoad(bytes.AsSpan(0, loaded.Save(bytes))));
        }

        var length = whole.Save(bytes);
        for (var cut = 0; cut < length; cut += 97)
        {
            Assert.Null(RandomCutForest.TryLoad(bytes.AsSpan(0, cut)));
        }
    }

    [Fact]
    public void The_parts_of_the_columns_add_up_to_the_score()
    {
        var points = Points(TestSeed.CreateOr(Seed, output.WriteLine), 800);
        var plain = new RandomCutForest(2, Small);
        var explained = new RandomCutForest(2, Small);
        var low = new double[2];
        var high = new double[2];
        foreach (var point in points)
        {
            var score = explained.Score(point, low, high);
            Assert.Equal(plain.Score(point), score, 1e-9);
            Assert.Equal(score, low.Sum() + high.Sum(), 1e-9);
            Assert.All(low.Concat(high), part => Assert.True(part >= 0));
        }
    }

    [Fact]
    public void An_outlier_scores_high_and_its_column_and_direction_are_named()
    {
        var forest = new RandomCutForest(2);
        foreach (var point in Points(TestSeed.CreateOr(Seed, output.WriteLine), 1000))
        {
            forest.Score(point);
        }

        var low = new double[2];
        var high = new double[2];
        var usual = forest.Score([0.5, 0.5], low, high);
        var score = forest.Score([0.5, -9], low, high);

        Assert.InRange(usual, 0.1, 1.5);
        Assert.True(score > 3, $"{score}");
        Assert.True(low[1] > 0.8 * score, $"{low[1]} of {score}");
        var text = new ArrayBufferWriter<byte>();
        RandomCutForestExplanation.Write(["calm", "wild"], [0.1, 2.25], [0.2, 0.125], true, text);
        Assert.Equal(
            """
            {"calm":{"DIRECTION":"HIGH","STRENGTH":"0.1000","ATTRIBUTION_SCORE":"0.3000"},
            """
            + """
            "wild":{"DIRECTION":"LOW","STRENGTH":"2.1250","ATTRIBUTION_SCORE":"2.3750"}}
            """,
            Encoding.UTF8.GetString(text.WrittenSpan));
    }

    [Fact]
    public void A_point_allocates_nothing_and_one_that_is_no_number_changes_nothing()
    {
        var points = Points(TestSeed.CreateOr(Seed, output.WriteLine), 2000);
        var forest = new RandomCutForest(2, Small with { TimeDecay = 100 });
        foreach (var point in points[..500])
        {
            forest.Score(point);
        }

        double[] missing = [1, double.NaN];
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var point in points)
        {
            forest.Score(point);
            forest.Score(missing);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(0, forest.Score(missing));
        Assert.InRange(new RandomCutForest(1).SizeBytes, 1, 1_400_000);
    }

    [Theory]
    [InlineData(0, 256, 100_000, 1)]
    [InlineData(1001, 256, 100_000, 1)]
    [InlineData(100, 9, 100_000, 1)]
    [InlineData(100, 256, 0, 1)]
    [InlineData(100, 256, 100_000, 31)]
    public void Sizes_out_of_their_range_are_refused(int trees, int points, int decay, int shingle) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new RandomCutForest(
            1,
            new RandomCutForestOptions
            {
                NumberOfTrees = trees, SubSampleSize = points, TimeDecay = decay, ShingleSize = shingle,
            }));

    /// <summary>Box, mass and cut of every node against its leaves.</summary>
    private static void Check(CutTree tree, int dimensions)
    {
        if (tree.Root != CutTree.None)
        {
            var (low, high, mass) = Part(tree, tree.Root, CutTree.None);
            Assert.Equal((dimensions, dimensions, tree.Mass), (low.Length, high.Length, mass));
        }
    }

    private static (float[] Low, float[] High, int Mass) Part(CutTree tree, ushort place, ushort parent)
    {
        if ((place & CutTree.LeafBit) != 0)
        {
            var point = tree.PointAt(place & ~CutTree.LeafBit).ToArray();
            return (point, point, tree.LeafMassAt(place & ~CutTree.LeafBit));
        }

        var node = tree.NodeAt(place);
        var left = Part(tree, node.Left, place);
        var right = Part(tree, node.Right, place);
        Assert.Equal(parent, node.Parent);
        Assert.True(left.High[node.Dimension] <= node.Cut);
        Assert.True(right.Low[node.Dimension] > node.Cut);
        Assert.Equal(left.Mass + right.Mass, node.Mass);
        Assert.Equal(left.Low.Zip(right.Low, Math.Min), tree.LowAt(place).ToArray());
        Assert.Equal(left.High.Zip(right.High, Math.Max), tree.HighAt(place).ToArray());
        return (tree.LowAt(place).ToArray(), tree.HighAt(place).ToArray(), node.Mass);
    }

    private static List<long> Sampled(int stream, int held, double decay, ref SplitMix random)
    {
        var sample = new DecayingSample(held, decay);
        var positions = new long[held];
        for (long position = 1; position <= stream; position++)
        {
            if (sample.NextTaken > position)
            {
                continue;
            }

            var bound = double.PositiveInfinity;
            var leaf = sample.IsFull ? sample.RemoveGreatest(out bound) : sample.Count;
            positions[leaf] = position;
            sample.Add(position, leaf, bound, ref random);
        }

        return [.. positions];
    }

    /// <summary>Points in the unit square, with a far one now and then.</summary>
    private static double[][] Points(Random random, int count) =>
    [
        .. Enumerable.Range(0, count).Select(_ => random.Next(100) == 0
            ? new[] { random.NextDouble() * 3, -2 * random.NextDouble() }
            : [random.NextDouble(), random.NextDouble()]),
    ];

    private static double[] Scores(double[][] points, RandomCutForestOptions options)
    {
        var forest = new RandomCutForest(2, options);
        return [.. points.Select(point => forest.Score(point))];
    }
}
