using System.Text;
using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Benchmarks.Areas.Footprint;

/// <summary>Fills a gateway's data folder with readings, faster than they could be published.</summary>
internal static class LogFiller
{
    private const int KeyCount = 100;
    private const int TextLength = 400;

    /// <summary>Appends readings until the log of the stream <c>readings</c> takes so many bytes; returns what it takes
    /// then.</summary>
    public static async Task<long> FillAsync(string dataFolder, long bytes)
    {
        await using var store = StreamStore.Open(new StreamStoreOptions { Folder = dataFolder });
        var stream = await store.CreateOrUpdateAsync(new StreamDefinition
        {
            Name = "readings",
            RetentionBytes = 4L << 30,
            Durability = Durability.OperatingSystem,
        });
        byte[][] keys =
        [
            .. Enumerable.Range(0, KeyCount).Select(number => Encoding.UTF8.GetBytes($"site/{number}/state")),
        ];
        var data = Encoding.UTF8.GetBytes($$"""{"temperature":21.5,"text":"{{new string('x', TextLength)}}"}""");
        for (var count = 0; ; count++)
        {
            var key = keys[count % KeyCount];
            while (stream.TryAppend(key, data, eventTime: null, out _) != AppendStatus.Accepted)
            {
                await stream.WaitForRoomAsync(key);
            }

            if (count % 1000 == 0 && stream.Statistics.StoredBytes >= bytes)
            {
                return stream.Statistics.StoredBytes;
            }
        }
    }
}
