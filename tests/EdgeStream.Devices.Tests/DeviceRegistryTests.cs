using System.Text;
using EdgeStream.Storage;

namespace EdgeStream.Devices.Tests;

public class DeviceRegistryTests
{
    private static readonly Timestamp Start = Timestamp.FromUnixMilliseconds(1_772_366_400_000);

    [Fact]
    public async Task A_device_has_its_first_and_last_time_its_count_and_its_last_values()
    {
        await using var folder = await StreamFolder.OpenAsync();
        var registry = folder.Registry();
        registry.Observe(DeviceSource.Mqtt, "a"u8, """{"t":1,"h":2}"""u8, Start);
        registry.Observe(DeviceSource.Simulated, "simulated/b"u8, """{"simulated":true,"t":9}"""u8, After(1));
        registry.Observe(DeviceSource.Mqtt, "a"u8, """{"t":3}"""u8, After(2));
        var devices = registry.List();
        Assert.Equal(["a", "simulated/b"], devices.Select(device => device.Id));
        Assert.Equal((Start, After(2), 2L), (devices[0].FirstSeen, devices[0].LastSeen, devices[0].Readings));
        Assert.Equal([new("t", 3.0)], devices[0].Values);
        Assert.False(devices[0].Simulated);
        Assert.True(devices[1].Simulated);
        Assert.Equal([new("t", 9.0)], devices[1].Values);
    }

    [Fact]
    public async Task Devices_are_there_again_after_a_restart_with_their_values()
    {
        await using var folder = await StreamFolder.OpenAsync();
        var registry = folder.Registry();
        registry.Observe(DeviceSource.Board, "b\u00fcro"u8, """{"a":{"b":[1.5]}}"""u8, Start);
        registry.Observe(DeviceSource.Http, "h"u8, "not json"u8, After(1));
        var before = registry.List();
        await registry.FlushAsync();
        await folder.ReopenAsync();
        var after = folder.Registry().List();
        Assert.Equal(before.Select(Describe), after.Select(Describe));
        Assert.Equal("b\u00fcro board 1 a.b[0]=1.5", Describe(after[1]));
    }

    [Fact]
    public async Task Only_what_changed_is_written_and_at_most_every_ten_seconds()
    {
        await using var folder = await StreamFolder.OpenAsync();
        var registry = folder.Registry();
        await registry.TickAsync(Start);
        registry.Observe(DeviceSource.Mqtt, "a"u8, "{}"u8, Start);
        await registry.TickAsync(After(9.9));
        Assert.Empty(folder.Store.State.List("devices/"));
        await registry.TickAsync(After(10));
        var written = folder.Store.State.Log.NewestSequence;
        Assert.Equal("devices/a", folder.Store.State.List("devices/").Single().Key);
        await registry.TickAsync(After(20));
        Assert.Equal(written, folder.Store.State.Log.NewestSequence);
        registry.Observe(DeviceSource.Mqtt, "a"u8, "{}"u8, After(21));

        // A clock that was set back must not stop the writing.
        await registry.TickAsync(After(-1_000_000));
        Assert.NotEqual(written, folder.Store.State.Log.NewestSequence);
    }

    [Fact]
    public async Task Beyond_the_bound_the_device_seen_longest_ago_is_dropped_also_from_the_state()
    {
        await using var folder = await StreamFolder.OpenAsync();
        var registry = new DeviceRegistry(folder.Store.State, new ListLogger<DeviceRegistry>(), deviceCountMax: 3);
        var seconds = 0;
        foreach (var id in "abca")
        {
            registry.Observe(DeviceSource.Mqtt, [(byte)id], "{}"u8, After(seconds++));
        }

        await registry.FlushAsync();
        registry.Observe(DeviceSource.Mqtt, "d"u8, "{}"u8, After(seconds++));
        Assert.Equal(["d", "a", "c"], registry.List().Select(device => device.Id));
        Assert.Equal(1, registry.DroppedDevices);
        await registry.FlushAsync();
        Assert.Equal(["devices/a", "devices/c", "devices/d"], Keys(folder));

        // One that comes back before its deletion was written must stay.
        registry.Observe(DeviceSource.Mqtt, "e"u8, "{}"u8, After(seconds++));
        registry.Observe(DeviceSource.Mqtt, "c"u8, "{}"u8, After(seconds));
        await registry.FlushAsync();
        Assert.Equal(["devices/c", "devices/d", "devices/e"], Keys(folder));
    }

    [Fact]
    public async Task A_write_that_fails_is_logged_and_the_changes_stay_due()
    {
        await using var folder = await StreamFolder.OpenAsync();
        var logger = new ListLogger<DeviceRegistry>();
        var registry = new DeviceRegistry(folder.Store.State, logger);
        registry.Observe(DeviceSource.Mqtt, "a"u8, "{}"u8, Start);
        folder.Disk.IsBroken = true;
        await registry.FlushAsync();
        await registry.FlushAsync();
        Assert.Single(logger.Lines, line => line.StartsWith("2030", StringComparison.Ordinal));
        folder.Disk.IsBroken = false;
        await folder.ReopenAsync();
        Assert.Empty(folder.Store.State.List("devices/"));
        Assert.Equal(1, registry.Count);
    }

    [Fact]
    public async Task Ids_that_are_too_long_or_no_text_are_not_kept()
    {
        await using var folder = await StreamFolder.OpenAsync();
        var registry = folder.Registry();
        registry.Observe(DeviceSource.Mqtt, new byte[1_001], "{}"u8, Start);
        registry.Observe(DeviceSource.Mqtt, [0xFF], "{}"u8, Start);
        Assert.Equal(0, registry.Count);
    }

    [Fact]
    public async Task A_huge_reading_is_counted_without_its_values()
    {
        await using var folder = await StreamFolder.OpenAsync();
        var registry = folder.Registry();
        var data = Encoding.UTF8.GetBytes("{\"t\":1,\"x\":\"" + new string('x', 9_000) + "\"}");
        registry.Observe(DeviceSource.Mqtt, "a"u8, data, Start);
        Assert.Equal("a mqtt 1 ", Describe(registry.List().Single()));
    }

    [Fact]
    public async Task Many_threads_may_observe_and_list_at_once()
    {
        await using var folder = await StreamFolder.OpenAsync();
        var registry = new DeviceRegistry(folder.Store.State, new ListLogger<DeviceRegistry>(), deviceCountMax: 50);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(async () =>
        {
            for (var i = 0; i < 2_000; i++)
            {
                registry.Observe(
                    DeviceSource.Mqtt, Encoding.UTF8.GetBytes($"{thread}/{i % 20}"), """{"t":1}"""u8, After(i));
                if (i % 400 == 0)
                {
                    Assert.InRange(registry.List().Count, 1, 50);
                    await registry.FlushAsync();
                }
            }
        })));
        await registry.FlushAsync();
        Assert.Equal(50, registry.Count);
        Assert.Equal(50, Keys(folder).Count);
    }

    private static Timestamp After(double seconds) => new(Start.UnixMicroseconds + (long)(seconds * 1_000_000));

    private static List<string> Keys(StreamFolder folder) =>
        [.. folder.Store.State.List("devices/").Select(entry => entry.Key)];

    private static string Describe(DeviceSnapshot device) =>
        $"{device.Id} {device.Source.ToName()} {device.Readings} "
            + string.Join(' ', device.Values.Select(v => FormattableString.Invariant($"{v.Key}={v.Value}")));
}
