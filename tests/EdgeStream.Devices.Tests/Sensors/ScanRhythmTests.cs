namespace EdgeStream.Devices.Tests.Sensors;

/// <summary>Scans that are missing, by the stamps of those that came.</summary>
public sealed class ScanRhythmTests
{
    private const long Period = 100_000;

    [Theory]
    [InlineData(1.0, 0)]
    [InlineData(1.7, 0)]
    [InlineData(2.0, 1)]
    [InlineData(5.9, 5)]
    [InlineData(4097, 4096)]
    public void What_is_missing_is_told_by_the_usual_distance(double periods, long missing)
    {
        var rhythm = new ScanRhythm();
        var last = Learn(rhythm, static i => i * Period);
        Assert.True(rhythm.IsKnown);
        Assert.Equal(missing, rhythm.Take(last + (long)(periods * Period)));
    }

    [Fact]
    public void Stamps_that_come_a_little_early_or_late_are_none_missing()
    {
        var random = new Random(7);
        var rhythm = new ScanRhythm();
        Learn(rhythm, static i => i * Period);
        Assert.All(
            Enumerable.Range(65, 2000),
            i => Assert.Equal(0, rhythm.Take((i * Period) + random.Next((int)Period / 4))));
    }

    [Fact]
    public void Scans_of_events_and_stamps_of_when_they_were_read_have_no_rhythm()
    {
        var random = new Random(11);
        var at = 0L;
        var events = new ScanRhythm();
        var read = new ScanRhythm();
        for (var i = 0; i < 500; i++)
        {
            at += random.Next(1, 50 * (int)Period);
            Assert.Equal(0, events.Take(at));
            Assert.Equal(0, read.Take((i / 10 * 10 * Period) + (i % 10)));
        }

        Assert.False(events.IsKnown || read.IsKnown);
    }

    [Fact]
    public void Another_rate_is_learned_after_four_scans_that_seem_to_come_too_late()
    {
        var rhythm = new ScanRhythm();
        var last = Learn(rhythm, static i => i * Period);
        long missing = 0;
        for (var i = 1; i <= 100; i++)
        {
            missing += rhythm.Take(last + (i * 2 * Period));
        }

        Assert.Equal(4, missing);
        Assert.Equal(1, rhythm.Take(last + (102 * 2 * Period)));
    }

    [Fact]
    public void A_capture_that_begins_anew_and_a_clock_that_goes_back_miss_nothing()
    {
        var rhythm = new ScanRhythm();
        var last = Learn(rhythm, static i => i * Period);
        Assert.Equal(0, rhythm.Take(last - (500 * Period)));
        rhythm.Begin();
        Assert.Equal(0, rhythm.Take(last + (500 * Period)));
        Assert.Equal(0, rhythm.Take(last + (900 * Period)));
    }

    private static long Learn(ScanRhythm rhythm, Func<long, long> stamp)
    {
        const int Scans = 64;
        for (var i = 0; i <= Scans; i++)
        {
            Assert.Equal(0, rhythm.Take(stamp(i)));
        }

        return stamp(Scans);
    }
}
