using System.Globalization;
using System.Text;

namespace EdgeStream.Streams.Tests;

/// <summary>All that a stream holds, read as a consumer does.</summary>
internal static class StreamContent
{
    /// <summary>The numbers of each key, in the order in which a reader of the whole stream sees them.</summary>
    public static Dictionary<string, List<int>> Read(DataStream stream)
    {
        var content = new Dictionary<string, List<int>>();
        var succession = new ShardSuccession(stream);
        for (var ready = succession.TakeReady(); ready.Count > 0; ready = succession.TakeReady())
        {
            // What is ready together may be read in any order; the last ones first is the order that would show it.
            foreach (var shard in ready.Reverse())
            {
                using var reader = shard.OpenReader(ShardPosition.TrimHorizon);
                while (reader.TryRead(out var record))
                {
                    var key = Encoding.UTF8.GetString(record.PartitionKey);
                    if (!content.TryGetValue(key, out var values))
                    {
                        content[key] = values = [];
                    }

                    values.Add(int.Parse(record.Data, NumberStyles.None, CultureInfo.InvariantCulture));
                }

                Assert.Equal(shard.State != ShardState.Open, reader.IsAtEnd);
                if (reader.IsAtEnd)
                {
                    succession.Finish(shard);
                }
            }
        }

        return content;
    }
}
