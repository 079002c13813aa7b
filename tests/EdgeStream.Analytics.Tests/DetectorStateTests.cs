using System.IO.Compression;
using System.Security.Cryptography;
using EdgeStream.Analytics.Detection;
using EdgeStream.Testing;
using Xunit.Abstractions;

namespace EdgeStream.Analytics.Tests;

public sealed class DetectorStateTests(ITestOutputHelper output)
{
    private const int Seed = 1;
    private const int StepSeconds = 1800;

    [Fact]
    public void A_detector_saved_and_loaded_at_every_value_gives_the_same_scores()
    {
        var values = Series(TestSeed.CreateOr(Seed, output.WriteLine), 1500);
        var whole = new AnomalyDetector();
        var loaded = new AnomalyDetector();
        var bytes = new byte[whole.SavedBytesMax];
        for (var index = 0; index < values.Length; index++)
        {
            var expected = whole.Score(index * StepSeconds, values[index]);
            Assert.Equal(expected, loaded.Score(index * StepSeconds, values[index]));
            Assert.Equal(whole.Explain(), loaded.Explain());
            Assert.Equal(whole.IsUnusual, loaded.IsUnusual);
            loaded = Assert.IsType<AnomalyDetector>(AnomalyDetector.TryLoad(bytes.AsSpan(0, loaded.Save(bytes))));
        }
    }

    [Fact]
    public void The_saved_state_is_frozen()
    {
        var detector = new AnomalyDetector();
        for (var index = 0; index < 500; index++)
        {
            // Whole numbers, so that the bytes are the same on every machine.
            detector.Score(index * StepSeconds, (index * 7 % 13) + (index == 400 ? 64 : 0));
        }

        var bytes = new byte[detector.SavedBytesMax];
        var length = detector.Save(bytes);

        Assert.Equal((10241, "03C41DCF"), (length, Convert.ToHexString(SHA256.HashData(bytes.AsSpan(0, length)))[..8]));
        Assert.Equal("02F4010000000000000000000000002240", Convert.ToHexString(bytes.AsSpan(0, 17)));
    }

    [Fact]
    public void A_state_of_the_first_version_is_read_and_goes_on_in_the_present_one()
    {
        using var file = File.OpenRead(RepositoryFolder.Combine("tests", "data", "detector", "state-v1.bin.gz"));
        using var unpacked = new MemoryStream();
        using (var zip = new GZipStream(file, CompressionMode.Decompress))
        {
            zip.CopyTo(unpacked);
        }

        var old = Assert.IsType<AnomalyDetector>(AnomalyDetector.TryLoad(unpacked.ToArray()));

        Assert.Equal(500, old.Count);
        Assert.StartsWith("9, usual is ", old.Explain());
        var bytes = new byte[old.SavedBytesMax];
        var again = Assert.IsType<AnomalyDetector>(AnomalyDetector.TryLoad(bytes.AsSpan(0, old.Save(bytes))));
        Assert.Equal(2, bytes[0]);
        Assert.Equal(old.Score(500 * StepSeconds, 64), again.Score(500 * StepSeconds, 64));
        Assert.True(old.IsUnusual);
    }

    [Fact]
    public void A_saved_state_stays_below_its_bound_and_is_mostly_far_below()
    {
        var random = TestSeed.CreateOr(Seed, output.WriteLine);
        var detector = new AnomalyDetector();
        var bytes = new byte[detector.SavedBytesMax];
        for (var index = 0; index < 30_000; index++)
        {
            detector.Score(index * StepSeconds, Math.Pow(10, random.NextDouble() * 24) * (random.Next(2) - 0.5));
        }

        Assert.InRange(detector.Save(bytes), 1, 64 * 1024);
        var usual = new AnomalyDetector();
        var values = Series(random, 5000);
        for (var index = 0; index < values.Length; index++)
        {
            usual.Score(index * StepSeconds, values[index]);
        }

        Assert.InRange(usual.Save(bytes), 1, 16 * 1024);
    }

    [Fact]
    public void Bytes_that_are_cut_or_of_another_version_are_refused()
    {
        var detector = new AnomalyDetector();
        var values = Series(TestSeed.CreateOr(Seed, output.WriteLine), 300);
        for (var index = 0; index < values.Length; index++)
        {
            detector.Score(index * StepSeconds, values[index]);
        }

        var bytes = new byte[detector.SavedBytesMax + 1];
        var length = detector.Save(bytes);
        for (var cut = 0; cut < length; cut += 7)
        {
            Assert.Null(AnomalyDetector.TryLoad(bytes.AsSpan(0, cut)));
        }

        Assert.Null(AnomalyDetector.TryLoad(bytes.AsSpan(0, length + 1)));
        Assert.NotNull(AnomalyDetector.TryLoad(bytes.AsSpan(0, length)));
        bytes[0] = 3;
        Assert.Null(AnomalyDetector.TryLoad(bytes.AsSpan(0, length)));
    }

    /// <summary>A day's course with noise, steps, outliers and a stretch that is stuck.</summary>
    private static double[] Series(Random random, int count)
    {
        var values = new double[count];
        for (var index = 0; index < count; index++)
        {
            var course = Math.Sin(index * StepSeconds / 86400.0 * 2 * Math.PI) * 10;
            values[index] = index % 500 is > 440 and < 470
                ? values[index - 1]
                : course + random.NextDouble() + (index / 700 * 5) + (random.Next(200) == 0 ? 40 : 0);
        }

        return values;
    }
}
