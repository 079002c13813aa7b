using System.Globalization;
using EdgeStream.Testing;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>Eclipse paho for Python, as Debian ships it, both protocol versions and all three qualities of
/// service.</summary>
public sealed class PahoClientTests
{
    private const string Python = "/usr/bin/python3";
    private const int MessageCount = 200;

    [Theory]
    [InlineData(4, 0)]
    [InlineData(4, 1)]
    [InlineData(4, 2)]
    [InlineData(5, 0)]
    [InlineData(5, 1)]
    [InlineData(5, 2)]
    public async Task Every_message_comes_back_once_in_order_and_is_stored(int version, int qos)
    {
        await using var world = await GatewayWorld.StartAsync("paho");
        var script = RepositoryFolder.Combine("tests", "EdgeStream.EndToEnd.Tests", "paho", "round_trip.py");
        int[] arguments = [world.Launch.MqttPort, version, qos, MessageCount];

        var result = await Command.RunAsync(
            Python, [script, .. arguments.Select(number => number.ToString(CultureInfo.InvariantCulture))]);

        Assert.True(result.ExitCode == 0, $"{result.Output}\n{result.Error}\n{world.Gateway.Output}");
        var records = await world.RecordsAsync("readings", MessageCount);
        Assert.Equal(
            Enumerable.Range(0, MessageCount), records.Select(record => record.Data.GetProperty("number").GetInt32()));
        Assert.All(records, record => Assert.Equal($"paho/{version}/{qos}", record.Key));
    }
}
