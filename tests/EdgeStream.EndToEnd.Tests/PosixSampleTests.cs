using System.Globalization;
using System.Text.Json;
using EdgeStream.Testing;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>The C firmware sample against the gateway: what the device has taken is what the stream holds.</summary>
public sealed class PosixSampleTests
{
    private const int ReadingCount = 300;

    [Fact]
    public async Task Every_reading_of_the_device_arrives_although_the_gateway_is_killed_in_between()
    {
        await using var world = await GatewayWorld.StartAsync("posix-c");
        var sensor = await BuildAsync(world.Path("build"));
        string[] arguments =
        [
            "--port", Text(world.Launch.MqttPort), "--device", "bench", "--period", "0.01", "--retry-max", "0.2",
            "--count", Text(ReadingCount), "--spool", world.Path("bench.spool"),
        ];
        await using var device = BackgroundCommand.Start(sensor, arguments);
        await world.RecordsAsync("readings", ReadingCount / 4);

        world.Gateway.Kill9();
        await world.StartAgainAsync();

        Assert.True(await device.WaitForExitAsync() == 0, device.Output.ToString());
        var records = await world.RecordsAsync("readings", ReadingCount);
        Assert.All(records, record => Assert.Equal("devices/bench/readings", record.Key));
        var numbers = records.Select(record => Number(record.Data)).ToArray();

        // What was unacknowledged at the kill is sent again, in order; nothing is missing and nothing overtakes.
        Assert.Equal(Enumerable.Range(1, ReadingCount), numbers.Distinct());
    }

    private static int Number(JsonElement data) => data.GetProperty("seq").GetInt32();

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static async Task<string> BuildAsync(string folder)
    {
        var source = RepositoryFolder.Combine("firmware-samples", "posix-c");
        (await Command.RunAsync("make", ["-s", "-C", source, $"BUILD={folder}"])).OrThrow();
        return Path.Combine(folder, "edgestream-sensor");
    }
}
