using System.Buffers;
using EdgeStream.Storage;
using EdgeStream.Testing;
using Xunit.Abstractions;

namespace EdgeStream.Devices.Tests;

/// <summary>The entry's bytes are on users' disks: a change that breaks this test breaks them.</summary>
public class DeviceEntryFormatTests(ITestOutputHelper output)
{
    private const string Fields =
        "0100" + "74" + "0000000000803540" + "0600" + "612E625B305D" + "00000000000000C0";

    private const string Seen = "0000ACA7F24B0600" + "40420FACF24B0600" + "2A00000000000000";

    private const string Frozen =
        "02" + "01" + "0200" + Seen + "0000000080842E41" + "C0A7F1FFFFFFFFFF" + "0300000000000000"
        + "0100000000000000" + "0000C242" + "000050C2" + "0000C0FF" + "0700" + "0500" + "0200"
        + "7461736D6F7461" + "31342E322E" + "4B31" + Fields;

    /// <summary>What versions before wrote.</summary>
    private const string FrozenBefore = "01" + "01" + "0200" + Seen + Fields;

    private static readonly DeviceSnapshot Device = new(
        "simulated/x",
        DeviceSource.Simulated,
        new Timestamp(0x00064BF2_A7AC0000),
        new Timestamp(0x00064BF2_AC0F4240),
        42,
        [new("t", 21.5), new("a.b[0]", -2)])
    {
        IntervalMicroseconds = 1_000_000,
        ClockOffsetMicroseconds = -940_096,
        Missing = 3,
        Repeated = 1,
        Vitals = new DeviceVitals(97, -52, null),
        Dialect = "tasmota",
        Firmware = "14.2.",
        Alias = "K1",
    };

    [Fact]
    public void An_entry_has_its_frozen_bytes()
    {
        var bytes = new ArrayBufferWriter<byte>();
        DeviceEntryFormat.Write(Device, bytes);
        Assert.Equal(Frozen, Convert.ToHexString(bytes.WrittenSpan));
    }

    [Fact]
    public void Frozen_bytes_are_read_as_the_entry()
    {
        Assert.True(DeviceEntryFormat.TryRead("simulated/x", Convert.FromHexString(Frozen), out var device, out _));
        Assert.Equal(Device with { Values = [] }, device! with { Values = [] });
        Assert.Equal(Device.Values, device.Values);
    }

    [Fact]
    public void An_entry_of_a_version_before_is_read_with_what_it_has()
    {
        Assert.True(DeviceEntryFormat.TryRead("a", Convert.FromHexString(FrozenBefore), out var device, out _));
        Assert.Equal(Device.Values, device!.Values);
        Assert.Equal(42, device.Readings);
        Assert.Equal((0.0, null, ""), (device.IntervalMicroseconds, device.ClockOffsetMicroseconds, device.Alias));
    }

    [Theory]
    [InlineData(DeviceSource.Board, 0, "board")]
    [InlineData(DeviceSource.Simulated, 1, "simulated")]
    [InlineData(DeviceSource.Mqtt, 2, "mqtt")]
    [InlineData(DeviceSource.Http, 3, "http")]
    [InlineData(DeviceSource.Modbus, 4, "modbus")]
    public void Sources_keep_their_numbers_and_names(DeviceSource source, int number, string name)
    {
        Assert.Equal(number, (int)source);
        Assert.Equal(name, source.ToName());
        Assert.Equal(5, Enum.GetValues<DeviceSource>().Length);
    }

    [Fact]
    public void Cut_or_damaged_bytes_are_refused_or_read_but_never_throw()
    {
        var random = TestSeed.Create(output.WriteLine);
        var frozen = Convert.FromHexString(Frozen);
        for (var length = 0; length < frozen.Length; length++)
        {
            Assert.False(DeviceEntryFormat.TryRead("x", frozen.AsSpan(0, length), out _, out var problem));
            Assert.NotEmpty(problem);
        }

        for (var round = 0; round < 2_000; round++)
        {
            var damaged = frozen.ToArray();
            damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            _ = DeviceEntryFormat.TryRead("x", damaged, out _, out _);
        }
    }

    [Fact]
    public async Task An_entry_that_cannot_be_read_is_logged_and_the_others_are_loaded()
    {
        await using var folder = await StreamFolder.OpenAsync();
        await folder.Store.State.CommitAsync(new StateBatch()
            .Put("devices/bad", [3, 0, 0, 0])
            .Put("devices/simulated/x", Convert.FromHexString(Frozen)));
        var logger = new ListLogger<DeviceRegistry>();
        var registry = new DeviceRegistry(folder.Store.State, logger);
        Assert.Equal("simulated/x", registry.List().Single().Id);
        Assert.Contains("devices/bad", logger.Lines.Single());
    }
}
