using System.Text;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeStream.Devices.Tests;

public class DeviceTwinTests
{
    private const string Frozen =
        "01" + "0300000000000000" + "0200000000000000" + "0000ACA7F24B0600" + "0100000000000000" + "0000ACA7F24B0600"
        + "07000000" + "7B2261223A317D" + "7B7D";

    [Fact]
    public async Task Desired_and_reported_state_make_a_delta()
    {
        await using var folder = await StreamFolder.OpenAsync();
        var twins = Twins(folder);
        await Change(twins, TwinPart.Desired, """{"a":1,"b":{"c":2,"d":3}}""");
        await Change(twins, TwinPart.Reported, """{"b":{"c":2},"x":9}""");
        Assert.Equal("""{"a":1,"b":{"d":3}}""", Delta(twins));
        await Change(twins, TwinPart.Reported, """{"a":1.0,"b":{"d":3}}""");
        Assert.Equal("{}", Delta(twins));
        var twin = twins.Find("d")!;
        Assert.Equal((1L, 2L), (twin.Desired.Version, twin.Reported.Version));
    }

    [Theory]
    [InlineData("""{"a":1,"b":2}""", """{"b":null,"c":{"d":null,"e":1}}""", """{"a":1,"c":{"e":1}}""")]
    [InlineData("""{"a":{"b":1}}""", """{"a":[1,null]}""", """{"a":[1,null]}""")]
    [InlineData("""{"a":1}""", """{"a":2,"a":3}""", """{"a":3}""")]
    [InlineData("""{"a":1e400}""", """{"b":"ä\u0041"}""", """{"a":1e400,"b":"äA"}""")]
    public async Task A_change_is_a_merge_patch(string before, string patch, string after)
    {
        await using var folder = await StreamFolder.OpenAsync();
        var twins = Twins(folder);
        await Change(twins, TwinPart.Desired, before);
        await Change(twins, TwinPart.Desired, patch);
        Assert.Equal(after, Encoding.UTF8.GetString(twins.Find("d")!.Desired.Json.Span));
    }

    [Fact]
    public async Task A_change_of_another_version_is_refused_and_one_that_changes_nothing_has_no_version()
    {
        await using var folder = await StreamFolder.OpenAsync();
        var twins = Twins(folder);
        Assert.Equal(TwinOutcome.OtherVersion, (await Change(twins, TwinPart.Desired, """{"a":1}""", 1)).Outcome);
        Assert.Null(twins.Find("d"));
        Assert.Equal(TwinOutcome.Done, (await Change(twins, TwinPart.Desired, """{"a":1}""", 0)).Outcome);
        var refused = await Change(twins, TwinPart.Desired, """{"a":2}""", 0);
        Assert.Equal((TwinOutcome.OtherVersion, 1L), (refused.Outcome, refused.Twin!.Desired.Version));
        Assert.Equal(1, (await Change(twins, TwinPart.Desired, """{"a":1}""", 1)).Twin!.Desired.Version);
    }

    [Fact]
    public async Task Of_many_that_change_the_same_version_one_succeeds()
    {
        await using var folder = await StreamFolder.OpenAsync();
        var twins = Twins(folder);
        var updates = await Task.WhenAll(Enumerable.Range(0, 20).Select(number => Task.Run(
            () => Change(twins, TwinPart.Desired, $$"""{"n":{{number}}}""", 0))));
        Assert.Single(updates, update => update.Outcome == TwinOutcome.Done);
        Assert.Equal(1, twins.Find("d")!.Desired.Version);
    }

    [Theory]
    [InlineData("d", "[]", TwinOutcome.BadState)]
    [InlineData("d", "{", TwinOutcome.BadState)]
    [InlineData("d", "{\"a\":\"\\uD800\"}", TwinOutcome.BadState)]
    [InlineData("", "{}", TwinOutcome.BadDevice)]
    [InlineData("a/+", "{}", TwinOutcome.BadDevice)]
    public async Task What_makes_no_state_is_refused(string device, string patch, TwinOutcome outcome)
    {
        await using var folder = await StreamFolder.OpenAsync();
        var update = await Twins(folder).UpdateAsync(device, TwinPart.Reported, Encoding.UTF8.GetBytes(patch));
        Assert.Equal(outcome, update.Outcome);
        Assert.NotEmpty(update.Problem);
    }

    [Fact]
    public async Task A_state_has_a_bound_and_what_was_there_stays()
    {
        await using var folder = await StreamFolder.OpenAsync();
        var twins = Twins(folder);
        await Change(twins, TwinPart.Desired, """{"a":1}""");
        var large = $$"""{"b":"{{new string('x', DeviceTwins.StateSizeBytesMax)}}"}""";
        Assert.Equal(TwinOutcome.TooLarge, (await Change(twins, TwinPart.Desired, large)).Outcome);
        Assert.Equal("""{"a":1}""", Encoding.UTF8.GetString(twins.Find("d")!.Desired.Json.Span));
    }

    [Fact]
    public async Task Twins_are_there_again_after_a_restart_and_forgotten_ones_are_not()
    {
        await using var folder = await StreamFolder.OpenAsync();
        var twins = Twins(folder);
        await Change(twins, TwinPart.Desired, """{"a":1}""");
        await Change(twins, TwinPart.Reported, """{"b":2}""");
        await twins.UpdateAsync("gone", TwinPart.Desired, "{\"a\":1}"u8.ToArray());
        Assert.True(await twins.ForgetAsync("gone"));
        Assert.False(await twins.ForgetAsync("gone"));
        await folder.ReopenAsync();
        var again = Twins(folder);
        Assert.Equal(1, again.Count);
        Assert.Equal("""{"a":1}""", Delta(again));
        Assert.Equal(2, (await Change(again, TwinPart.Desired, """{"a":2}""", 1)).Twin!.Desired.Version);
    }

    [Fact]
    public async Task A_change_that_the_disk_refuses_has_not_been_made()
    {
        await using var folder = await StreamFolder.OpenAsync();
        var twins = Twins(folder);
        await Change(twins, TwinPart.Desired, """{"a":1}""");
        folder.Disk.IsBroken = true;
        Assert.Equal(TwinOutcome.NotDurable, (await Change(twins, TwinPart.Desired, """{"a":2}""")).Outcome);
        Assert.Equal(1, twins.Find("d")!.Desired.Version);
        folder.Disk.IsBroken = false;
    }

    [Fact]
    public void The_bytes_of_a_twin_are_frozen()
    {
        var time = new Storage.Timestamp(0x00064BF2_A7AC0000);
        var twin = new DeviceTwin(
            "d", new TwinState(2, time, "{\"a\":1}"u8.ToArray()), new TwinState(1, time, "{}"u8.ToArray()), 3);
        var bytes = TwinFormat.Write(twin);
        Assert.Equal(Frozen, Convert.ToHexString(bytes));
        var read = TwinFormat.Read("d", bytes)!;
        Assert.Equal((2L, 1L, 3L), (read.Desired.Version, read.Reported.Version, read.Change));
        Assert.Equal(time, read.Desired.UpdatedAt);
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.Null(TwinFormat.Read("d", bytes.AsMemory(0, length)));
        }
    }

    private static DeviceTwins Twins(StreamFolder folder) =>
        new(folder.Store.State, folder.Time, NullLogger<DeviceTwins>.Instance);

    private static Task<TwinUpdate> Change(DeviceTwins twins, TwinPart part, string patch, long? version = null) =>
        twins.UpdateAsync("d", part, Encoding.UTF8.GetBytes(patch), version);

    private static string Delta(DeviceTwins twins) => Encoding.UTF8.GetString(twins.Find("d")!.Delta());
}
