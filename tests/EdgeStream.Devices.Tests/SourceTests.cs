using System.Text.Json;
using EdgeStream.Storage;
using EdgeStream.Testing;

namespace EdgeStream.Devices.Tests;

public class SourceTests
{
    [Fact]
    public async Task The_board_is_one_record_per_sample_under_its_device_id()
    {
        await using var folder = await StreamFolder.OpenAsync();
        using var board = Board();
        var registry = folder.Registry();
        var source = new BoardSource(
            board, folder.Stream("readings"), new BoardSourceOptions { DeviceId = "gate-7" }, registry, folder.Time,
            new ListLogger<BoardSource>());
        Assert.Equal(AppendStatus.Accepted, source.Tick());
        folder.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(AppendStatus.Accepted, source.Tick());
        var records = await ReadAsync(folder, count: 2);
        Assert.All(records, record => Assert.Equal("gate-7", record.Key));
        using var json = JsonDocument.Parse(records[0].Data);
        Assert.True(json.RootElement.GetProperty("memory_total_bytes").GetDouble() > 0);
        var device = registry.List().Single();
        Assert.Equal(("gate-7", DeviceSource.Board, 2L), (device.Id, device.Source, device.Readings));
        Assert.Contains(device.Values, value => value.Key == "uptime_seconds");
    }

    [Fact]
    public async Task A_refused_sample_is_counted_and_logged_once_and_sampling_goes_on()
    {
        await using var folder = await StreamFolder.OpenAsync();
        using var board = Board();
        var logger = new ListLogger<BoardSource>();
        var source = new BoardSource(
            board, folder.Stream("readings"), new BoardSourceOptions(), registry: null, folder.Time, logger);
        folder.Disk.IsBroken = true;
        var first = folder.Stream("readings").AppendAsync("x"u8.ToArray(), "{}"u8.ToArray());
        await Assert.ThrowsAsync<IOException>(async () => await first);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(AppendStatus.Failed, source.Tick());
        }

        Assert.Equal((0, 3), (source.AcceptedSamples, source.RefusedSamples));
        Assert.StartsWith("2010", logger.Lines.Single());
        folder.Disk.IsBroken = false;
    }

    [Fact]
    public async Task No_reading_is_lost_while_shards_are_split_and_merged()
    {
        await using var folder = await StreamFolder.OpenAsync(segmentSizeBytes: 1 << 20);
        var stream = folder.Stream("readings");
        using var source = Simulated(folder, 1, null);
        var resharding = Task.Run(async () =>
        {
            foreach (var count in (int[])[2, 1, 4, 1])
            {
                await folder.Store.UpdateShardCountAsync("readings", count);
            }
        });
        var ticks = 0;
        for (; !resharding.IsCompleted || ticks < 10; ticks++)
        {
            source.Tick();
            await stream.AppendAsync("other"u8.ToArray(), "{}"u8.ToArray());
        }

        await resharding;
        await Poll.UntilAsync(() => source.AcceptedReadings + source.RefusedReadings == 4 * ticks);
        Assert.Equal(0, source.RefusedReadings);
        Assert.Equal(5 * ticks, stream.Statistics.AppendedRecords);
    }

    [Fact]
    public async Task Beyond_its_bound_a_reading_of_a_stream_that_stands_still_is_refused_and_counted()
    {
        await using var folder = await StreamFolder.OpenAsync();
        using var source = Simulated(folder, 1, null);
        folder.Disk.CloseGate();
        var ticks = 0;
        for (; source.RefusedReadings == 0; ticks++)
        {
            source.Tick();
        }

        var refused = source.RefusedReadings;
        folder.Disk.OpenGate();
        await Poll.UntilAsync(() => source.AcceptedReadings == (4 * ticks) - refused);
        Assert.Equal(refused, source.RefusedReadings);
        Assert.Equal((4 * ticks) - refused, folder.Stream("readings").Statistics.AppendedRecords);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_source_that_stops_leaves_no_reading_uncounted(bool hasRoom)
    {
        await using var folder = await StreamFolder.OpenAsync();
        using var source = Simulated(folder, 1, null);
        folder.Disk.CloseGate();
        var ticks = 0;
        for (; source.RefusedReadings == 0; ticks++)
        {
            source.Tick();
        }

        var refused = source.RefusedReadings;
        if (hasRoom)
        {
            folder.Disk.OpenGate();
            await Poll.UntilAsync(() => folder.Stream("readings").Statistics.AppendedRecords > 0);
        }

        // It makes one more reading of each device before it learns that it is to end.
        var stopping = source.RunAsync(new CancellationToken(canceled: true));
        if (!hasRoom)
        {
            await folder.Time.WhenTimerIsSetAsync(TimeSpan.FromSeconds(0.5));
            folder.Time.Advance(TimeSpan.FromSeconds(1));
        }

        await stopping.WaitAsync(Poll.DefaultDeadline);
        folder.Disk.OpenGate();
        Assert.Equal(4 * (ticks + 1), source.AcceptedReadings + source.RefusedReadings);
        if (hasRoom)
        {
            Assert.InRange(source.RefusedReadings, refused, refused + 4);
        }
        else
        {
            Assert.InRange(source.RefusedReadings, refused + 256, long.MaxValue);
        }

        var appended = folder.Stream("readings").Statistics.AppendedRecords;
        Assert.InRange(source.AcceptedReadings, 1, long.MaxValue);
        Assert.InRange(appended, 0, source.AcceptedReadings);
    }

    [Fact]
    public async Task A_turn_that_fails_is_logged_once_and_the_loop_goes_on()
    {
        var time = new ManualTimeProvider(DateTimeOffset.UnixEpoch);
        var logger = new ListLogger<SourceTests>();
        var loop = new SampleLoop("board", TimeSpan.FromSeconds(1), time, logger);
        using var stop = new CancellationTokenSource();
        var turns = 0;
        var running = loop.RunAsync(
            () =>
            {
                if (Interlocked.Increment(ref turns) <= 2)
                {
                    throw new InvalidOperationException("broken");
                }
            },
            stop.Token);
        for (var attempt = 0; Volatile.Read(ref turns) < 4 && attempt < 1_000_000; attempt++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await stop.CancelAsync();
        await running;
        Assert.Null(loop.Failure);
        Assert.Equal(["2012", "2013"], logger.Lines.Select(line => line[..4]));
    }

    [Fact]
    public async Task A_source_samples_at_once_and_every_period_until_it_is_stopped()
    {
        await using var folder = await StreamFolder.OpenAsync();
        using var source = new SimulatedSource(
            folder.Stream("readings"), new SimulatedSourceOptions(), registry: null, folder.Time,
            new ListLogger<SimulatedSource>());
        using var stop = new CancellationTokenSource();
        var loop = source.RunAsync(stop.Token);
        await ReadAsync(folder, count: 4);

        // The loop may not wait for its timer yet when the clock moves: then it moves again.
        for (var attempt = 0; source.AcceptedReadings < 8 && attempt < 1_000_000; attempt++)
        {
            folder.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await stop.CancelAsync();
        await loop;
        Assert.InRange(source.AcceptedReadings, 8, long.MaxValue);
    }

    [Fact]
    public async Task Simulated_devices_say_so_in_their_key_and_their_first_member()
    {
        await using var folder = await StreamFolder.OpenAsync();
        var registry = folder.Registry();
        using var source = Simulated(folder, seed: 1, registry);
        source.Tick();
        var records = await ReadAsync(folder, count: 4);
        Assert.Equal(
            ["simulated/greenhouse", "simulated/pump", "simulated/tank", "simulated/door"],
            records.Select(record => record.Key));
        Assert.All(records, record => Assert.StartsWith("{\"simulated\":true,", record.Data));
        Assert.All(registry.List(), device => Assert.True(device.Simulated));
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_readings_and_another_gives_others()
    {
        var first = await RunDayAsync(seed: 7);
        Assert.Equal(first, await RunDayAsync(seed: 7));
        Assert.NotEqual(first, await RunDayAsync(seed: 8));
    }

    [Fact]
    public async Task A_simulated_day_is_believable()
    {
        var day = (await RunDayAsync(seed: 3)).Select(record => JsonDocument.Parse(record).RootElement).ToList();
        var greenhouse = Values("temperature_celsius");
        Assert.InRange(greenhouse.Max(), 27, 30);
        Assert.InRange(greenhouse.Min(), 12, 15);
        Assert.All(Values("humidity_percent"), value => Assert.InRange(value, 0, 100));
        var vibration = Values("vibration_mm_per_second");
        Assert.InRange(vibration.Count(value => value > 6) / (double)vibration.Count, 0.02, 0.2);
        Assert.InRange(vibration.Min(), 1, 3);
        Assert.All(Values("level_percent"), value => Assert.InRange(value, 19, 96));
        Assert.True(Values("openings_count").Last() > 10);
        Assert.Equal([0, 1], Values("open").Distinct().Order());

        List<double> Values(string name) =>
            [.. day.Where(json => json.TryGetProperty(name, out _)).Select(json => json.GetProperty(name).GetDouble())];
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(86_400_001)]
    public async Task A_period_out_of_range_is_refused(int milliseconds)
    {
        await using var folder = await StreamFolder.OpenAsync();
        Assert.Throws<ArgumentOutOfRangeException>(() => new SimulatedSource(
            folder.Stream("readings"), new SimulatedSourceOptions { Period = TimeSpan.FromMilliseconds(milliseconds) },
            registry: null, folder.Time, new ListLogger<SimulatedSource>()));
    }

    private static BoardSampler Board() => new(
        new BoardSamplerOptions { DataFolder = Path.GetTempPath() }, new ListLogger<BoardSampler>());

    private static SimulatedSource Simulated(StreamFolder folder, int seed, DeviceRegistry? registry = null) => new(
        folder.Stream("readings"), new SimulatedSourceOptions { Seed = seed }, registry, folder.Time,
        new ListLogger<SimulatedSource>());

    /// <summary>A day in steps of ten seconds.</summary>
    private static async Task<List<string>> RunDayAsync(int seed)
    {
        const int StepCount = 24 * 60 * 6;
        await using var folder = await StreamFolder.OpenAsync(segmentSizeBytes: 16 << 20);
        using var source = Simulated(folder, seed);
        for (var step = 0; step < StepCount; step++)
        {
            source.Tick();
            folder.Time.Advance(TimeSpan.FromSeconds(10));
            if (step % 1_000 == 0)
            {
                await ReadAsync(folder, count: 4 * (step + 1));
            }
        }

        return [.. (await ReadAsync(folder, count: 4 * StepCount)).Select(record => record.Data)];
    }

    /// <summary>The stream's records once there are so many.</summary>
    private static async Task<List<StreamFolder.StoredRecord>> ReadAsync(StreamFolder folder, int count)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var reader = folder.Stream("readings").Shards[0].OpenReader(Streams.ShardPosition.TrimHorizon);
        while (reader.NextSequence <= new SequenceNumber(count))
        {
            await reader.WaitAsync(deadline.Token);
            while (reader.TryRead(out _))
            {
                // Counted by the reader's position.
            }
        }

        return folder.Read("readings");
    }
}
