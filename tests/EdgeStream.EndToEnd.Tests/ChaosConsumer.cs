using System.Globalization;
using System.Text;
using System.Text.Json;
using EdgeStream.Testing;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>Reads all of a stream by itself: every shard once, none before its parents are read to their end.</summary>
internal sealed class ChaosConsumer(int port)
{
    private const string Horizon = "TRIM_HORIZON";

    private readonly Lock _gate = new();
    private readonly Dictionary<string, string> _positions = [];
    private readonly HashSet<string> _finished = [];

    /// <summary>What was read, by key.</summary>
    public Dictionary<string, List<int>> Seen { get; } = [];

    /// <summary>Whether the last record of each key of a producer was read.</summary>
    public bool HasAll(ChaosProducer producer)
    {
        lock (_gate)
        {
            return producer.Acknowledged.All(
                pair => Seen.TryGetValue(pair.Key, out var seen) && seen.Contains(pair.Value[^1]));
        }
    }

    /// <summary>Reads until it is told to end.</summary>
    public async Task RunAsync(CancellationToken ending)
    {
        using var api = KinesisWorld.ApiOf(port);
        while (!ending.IsCancellationRequested)
        {
            try
            {
                foreach (var shard in await ReadyAsync(api))
                {
                    await ReadAsync(api, shard, ending);
                }

                await ChaosProducer.PauseAsync();
            }
            catch (Exception error) when (error is HttpRequestException or IOException or TaskCanceledException
                || error is KinesisApiException { Type: "InternalFailure" or "ServiceUnavailable" })
            {
                await ChaosProducer.PauseAsync();
            }
        }
    }

    private async Task<List<string>> ReadyAsync(KinesisApi api)
    {
        var ready = new List<string>();
        var answer = await api.CallAsync("ListShards", """{"StreamName":"s"}""");
        var shards = answer.GetProperty("Shards").EnumerateArray().ToList();
        var present = shards.Select(shard => shard.GetProperty("ShardId").GetString()!).ToHashSet();
        foreach (var shard in shards)
        {
            var id = shard.GetProperty("ShardId").GetString()!;
            if (!_finished.Contains(id) && IsFree(shard, "ParentShardId", present)
                && IsFree(shard, "AdjacentParentShardId", present))
            {
                ready.Add(id);
            }
        }

        return ready;
    }

    private bool IsFree(JsonElement shard, string member, HashSet<string> present) =>
        !shard.TryGetProperty(member, out var parent)
        || _finished.Contains(parent.GetString()!)
        || !present.Contains(parent.GetString()!);

    /// <summary>Reads what a shard has now; the place is that of the last record, so that it outlives a kill.</summary>
    private async Task ReadAsync(KinesisApi api, string shard, CancellationToken ending)
    {
        var from = _positions.TryGetValue(shard, out var last)
            ? $$"""
                "ShardIteratorType":"AFTER_SEQUENCE_NUMBER","StartingSequenceNumber":"{{last}}"
                """
            : $"\"ShardIteratorType\":\"{Horizon}\"";
        var answer = await api.CallAsync(
            "GetShardIterator", $$"""{"StreamName":"s","ShardId":"{{shard}}",{{from}}}""");
        var iterator = answer.GetProperty("ShardIterator").GetString();
        while (!ending.IsCancellationRequested)
        {
            answer = await api.CallAsync("GetRecords", $$"""{"ShardIterator":"{{iterator}}","Limit":1000}""");
            var count = Take(shard, answer.GetProperty("Records"));
            if (!answer.TryGetProperty("NextShardIterator", out var next))
            {
                _finished.Add(shard);
                return;
            }

            if (count == 0)
            {
                return;
            }

            iterator = next.GetString();
        }
    }

    private int Take(string shard, JsonElement records)
    {
        lock (_gate)
        {
            foreach (var record in records.EnumerateArray())
            {
                var key = record.GetProperty("PartitionKey").GetString()!;
                Seen.TryAdd(key, []);
                Seen[key].Add(int.Parse(
                    Encoding.UTF8.GetString(record.GetProperty("Data").GetBytesFromBase64()),
                    CultureInfo.InvariantCulture));
                _positions[shard] = record.GetProperty("SequenceNumber").GetString()!;
            }
        }

        return records.GetArrayLength();
    }
}
