using System.Text.Json;
using EdgeStream.Testing;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>Records that a test gives a gateway, and what of them a server must have in the end.</summary>
internal static class DeliveredReadings
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(120);

    /// <summary>The configuration of a gateway with one delivery, <c>up</c>.</summary>
    public static string Config(string destination, string bufferTime = "0s") => $"""
        {QuietConfig.NoSensors}
        rules: []
        deliveries:
          - name: up
            bufferTime: {bufferTime}
            bufferSize: 64KiB
            link:
              retryWithin: 1s
        {string.Join('\n', destination.Split('\n').Select(line => "    " + line))}
        """;

    /// <summary>Appends so many records of three keys, numbered from <paramref name="first"/>.</summary>
    public static async Task AppendAsync(GatewayWorld world, int count, int first = 0)
    {
        const int Page = 250;
        for (var start = first; start < first + count; start += Page)
        {
            var records = Enumerable.Range(start, Math.Min(Page, first + count - start)).Select(
                number => new { key = $"device/{number % 3}", data = new { number } });
            var (status, body) = await world.Api.PostAsync(
                "/api/streams/readings/records", JsonSerializer.Serialize(new { records }));
            Assert.True((int)status == 200, $"{body}");
        }
    }

    /// <summary>Waits until all is settled, and returns the status of the delivery.</summary>
    public static async Task<JsonElement> SettledAsync(GatewayWorld world, int appended)
    {
        JsonElement status = default;
        await Poll.UntilAsync(
            async () =>
            {
                status = await StatusAsync(world);
                return status.GetProperty("backlogRecords").GetInt64() == 0
                    && status.GetProperty("deliveredRecords").GetInt64()
                    + status.GetProperty("rejectedRecords").GetInt64() == appended;
            },
            Deadline,
            () => $"{status}\n{world.Gateway.Output}");
        return status;
    }

    public static async Task<JsonElement> StatusAsync(GatewayWorld world) =>
        (await world.Api.FindAsync("/api/deliveries", "deliveries", "name", "up"))!.Value;

    /// <summary>Fails unless the numbers of each key are all there, once, in their order.</summary>
    public static void AssertInOrder(IEnumerable<(string Key, int Number)> records, int appended)
    {
        var byKey = records.GroupBy(record => record.Key).ToDictionary(
            group => group.Key, group => group.Select(record => record.Number).ToArray());
        Assert.Equal(Math.Min(3, appended), byKey.Count);
        foreach (var (key, numbers) in byKey)
        {
            var rest = int.Parse(key[^1..], System.Globalization.CultureInfo.InvariantCulture);
            Assert.Equal(Enumerable.Range(0, appended).Where(number => number % 3 == rest), numbers);
        }
    }
}
