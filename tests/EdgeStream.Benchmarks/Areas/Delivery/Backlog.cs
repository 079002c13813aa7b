using System.Text;
using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Benchmarks.Areas.Delivery;

/// <summary>A data folder whose stream <c>readings</c> holds what a long outage leaves behind.</summary>
/// <param name="Folder">The data folder.</param>
/// <param name="RecordCount">Records in the log.</param>
/// <param name="StoredBytes">What the log takes.</param>
internal sealed record Backlog(string Folder, long RecordCount, long StoredBytes)
{
    private const int DeviceCount = 200;
    private static readonly string[] States = ["idle", "running", "running", "running", "alarm"];

    /// <summary>Appends readings of machines, which differ as such readings do, until the log takes so many
    /// bytes.</summary>
    public static async Task<Backlog> WriteAsync(string dataFolder, long bytes, int seed)
    {
        var random = new Random(seed);
        await using var store = StreamStore.Open(new StreamStoreOptions { Folder = dataFolder });
        var stream = await store.CreateOrUpdateAsync(new StreamDefinition
        {
            Name = "readings",
            RetentionBytes = bytes * 2,
            Durability = Durability.OperatingSystem,
        });
        byte[][] keys =
        [
            .. Enumerable.Range(0, DeviceCount)
                .Select(number => Encoding.UTF8.GetBytes($"plant/line-{number % 7}/{number}")),
        ];
        var count = 0L;
        while (count % 1000 != 0 || stream.Statistics.StoredBytes < bytes)
        {
            var device = (int)(count % DeviceCount);
            var data = Encoding.UTF8.GetBytes(ReadingOf(device, count, random));
            while (stream.TryAppend(keys[device], data, eventTime: null, out _) != AppendStatus.Accepted)
            {
                await stream.WaitForRoomAsync(keys[device]);
            }

            count++;
        }

        return new Backlog(dataFolder, count, stream.Statistics.StoredBytes);
    }

    private static string ReadingOf(int device, long count, Random random)
    {
        var temperature = 18 + (random.NextDouble() * 9);
        var pressure = 990 + (random.NextDouble() * 40);
        var state = States[random.Next(States.Length)];
        return FormattableString.Invariant(
            $$"""{"device":{{device}},"temperature":{{temperature:0.00}},"pressure":{{pressure:0.0}},""")
            + FormattableString.Invariant($$"""
            "state":"{{state}}","count":{{count}}}
            """);
    }
}
