using System.Text.Json;
using EdgeStream.Streams;
using EdgeStream.Testing;

namespace EdgeStream.Analytics.Tests;

/// <summary>Windows of a board without a clock battery, which starts in 1970, is told the time, and loses its
/// power.</summary>
public sealed class QueryClockSetTests
{
    private const int SecondsApart = 10;
    private const int WindowSeconds = 60;
    private const int ReadingsInWindow = WindowSeconds / SecondsApart;
    private const int ReadingsInTenMinutes = 60;
    private const int ReadingsInFiveMinutes = 30;
    private const int FirstBoot = ReadingsInTenMinutes + ReadingsInFiveMinutes;

    private static readonly TimeSpan DownTime = TimeSpan.FromHours(2);

    private static readonly QueryDefinition PerMinute = new()
    {
        Name = "minutes",
        Sql = $"""
            CREATE OR REPLACE STREAM per_minute (device VARCHAR(8), n INTEGER, low DOUBLE, high DOUBLE);
            CREATE OR REPLACE PUMP p AS INSERT INTO per_minute
              SELECT STREAM "device", COUNT(*), MIN("value"), MAX("value") FROM "readings"
              GROUP BY "device", STEP("readings".ROWTIME BY INTERVAL '{WindowSeconds}' SECOND);
            """,
        Outputs = [new QueryOutput { From = "PER_MINUTE", Stream = "results", KeyColumn = "DEVICE" }],
    };

    /// <summary>When each reading really was made.</summary>
    private readonly List<DateTimeOffset> _made = [];

    private DateTimeOffset _reality = new(2026, 11, 22, 10, 0, 7, TimeSpan.Zero);
    private int _readings;

    [Fact]
    public async Task No_window_is_empty_or_doubled_and_those_of_a_clock_that_was_set_later_end_at_right_times()
    {
        var disk = new SimulatedDisk(new Random(1));
        await using var bench = await QueryBench.OpenAsync([PerMinute], disk, clockSays: DateTimeOffset.UnixEpoch);
        await MeasureAsync(bench, ReadingsInTenMinutes);
        bench.Time.Now = _reality;
        bench.Store.Tick();
        await MeasureAsync(bench, ReadingsInFiveMinutes);
        disk.TurnOff();
        await bench.ReopenAsync(() => CutPower(bench, disk));
        await MeasureAsync(bench, ReadingsInTenMinutes);
        bench.Time.Now = _reality;
        bench.Store.Tick();
        bench.Time.Pass(TimeSpan.FromMinutes(2));
        bench.Store.Tick();
        await bench.EvaluateAsync();

        var windows = WindowsOf(bench);
        var next = 0;
        foreach (var (_, count, first, last) in windows)
        {
            Assert.Equal((next, next + count - 1), (first, last));
            next = last + 1;
        }

        // Behind the cut times go on from the newest record, so that its window may have one reading more.
        Assert.All(windows, window => Assert.InRange(window.Count, 1, ReadingsInWindow + 1));
        Assert.InRange(windows.Count(window => window.Count > ReadingsInWindow), 0, 1);

        Assert.Equal((2 * ReadingsInTenMinutes) + ReadingsInFiveMinutes, next);
        Assert.InRange(windows.Count, next / ReadingsInWindow, (next / ReadingsInWindow) + 4);

        // The window that was open when the clock was set ends when it was to end.
        var open = Assert.Single(windows, window => window.End.Year == 1970);
        Assert.Equal(ReadingsInTenMinutes - 1, open.Last);
        windows.Remove(open);
        Assert.Equal(windows.Select(window => window.End).Order(), windows.Select(window => window.End));

        // Rows that were made while times went on from the newest record keep them: behind by the time without power.
        Assert.All(windows, window => Assert.InRange(
            (window.End - _made[window.Last] + (window.Last < FirstBoot ? TimeSpan.Zero : DownTime)).TotalSeconds,
            window.Last < FirstBoot ? -1 : -WindowSeconds,
            WindowSeconds + 1));
    }

    private void CutPower(QueryBench bench, SimulatedDisk disk)
    {
        disk.CutPower();
        _reality += DownTime;
        bench.Boot = "boot-2";
        bench.Time.Now = DateTimeOffset.UnixEpoch;
    }

    private async Task MeasureAsync(QueryBench bench, int count)
    {
        for (var i = 0; i < count; i++)
        {
            _made.Add(_reality);
            await bench.AppendAsync("d", $$"""{"device":"d","value":{{_readings++}}}""");
            await bench.EvaluateAsync();
            bench.Time.Pass(TimeSpan.FromSeconds(SecondsApart));
            _reality += TimeSpan.FromSeconds(SecondsApart);
            bench.Store.Tick();
        }
    }

    private static List<(DateTimeOffset End, int Count, int First, int Last)> WindowsOf(QueryBench bench)
    {
        var windows = new List<(DateTimeOffset, int, int, int)>();
        using var reader = bench.Output.Shards[0].OpenReader(ShardPosition.TrimHorizon);
        while (reader.TryRead(out var record))
        {
            using var row = JsonDocument.Parse(record.Data.ToArray());
            windows.Add((
                record.EventTime.ToDateTimeOffset(), Number(row, "N"), Number(row, "LOW"), Number(row, "HIGH")));
        }

        return windows;
    }

    private static int Number(JsonDocument row, string column) =>
        (int)row.RootElement.GetProperty(column).GetDouble();
}
