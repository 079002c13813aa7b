using System.Globalization;
using System.Text.Json;
using EdgeStream.Testing;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>Splits, merges and kills at random, with a seed.</summary>
internal sealed class ChaosHand(KinesisApi api, GatewayWorld world, Random random)
{
    private const int OpenShardsMax = 6;
    private static readonly TimeSpan StepMax = TimeSpan.FromMilliseconds(800);

    /// <summary>What was done.</summary>
    internal readonly record struct Counts(int Kills, int Splits, int Merges);

    /// <summary>Does so for a time: at least one of each.</summary>
    public async Task<Counts> RunAsync(TimeSpan time)
    {
        var counts = default(Counts);
        var began = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(began) < time
            || counts is not { Kills: > 0, Splits: > 0, Merges: > 0 })
        {
            using (var step = new PeriodicTimer(StepMax * random.Next(1, 100) / 100))
            {
                await step.WaitForNextTickAsync();
            }

            counts = await StepAsync(counts);
        }

        return counts;
    }

    private async Task<Counts> StepAsync(Counts counts)
    {
        switch (random.Next(6))
        {
            case 0:
                world.Gateway.Kill9();
                await world.StartAgainAsync();
                return counts with { Kills = counts.Kills + 1 };
            case 1:
                // Killed in the middle of a change, or a moment after it.
                var change = TryAsync(SplitAsync);
                world.Gateway.Kill9();
                await change;
                await world.StartAgainAsync();
                return counts with { Kills = counts.Kills + 1 };
            case 2 or 3:
                return await TryAsync(SplitAsync) ? counts with { Splits = counts.Splits + 1 } : counts;
            default:
                return await TryAsync(MergeAsync) ? counts with { Merges = counts.Merges + 1 } : counts;
        }
    }

    private async Task<bool> SplitAsync()
    {
        var open = await OpenAsync();
        var shard = open[random.Next(open.Count)];
        var width = shard.End - shard.Start;
        if (open.Count >= OpenShardsMax || width < 1000)
        {
            return false;
        }

        var key = shard.Start + (width / 1000 * (UInt128)random.Next(1, 1000));
        await api.CallAsync("SplitShard", $$"""
            {"StreamName":"s","ShardToSplit":"{{shard.Id}}","NewStartingHashKey":"{{key}}"}
            """);
        return true;
    }

    private async Task<bool> MergeAsync()
    {
        var open = await OpenAsync();
        if (open.Count < 2)
        {
            return false;
        }

        var at = random.Next(open.Count - 1);
        await api.CallAsync("MergeShards", $$"""
            {"StreamName":"s","ShardToMerge":"{{open[at].Id}}","AdjacentShardToMerge":"{{open[at + 1].Id}}"}
            """);
        return true;
    }

    private async Task<List<(string Id, UInt128 Start, UInt128 End)>> OpenAsync()
    {
        var answer = await api.CallAsync(
            "ListShards", """{"StreamName":"s","ShardFilter":{"Type":"AT_LATEST"} }""");
        return
        [
            .. answer.GetProperty("Shards").EnumerateArray()
                .Select(shard => (
                    shard.GetProperty("ShardId").GetString()!,
                    KeyOf(shard, "StartingHashKey"),
                    KeyOf(shard, "EndingHashKey")))
                .OrderBy(shard => shard.Item2),
        ];
    }

    private static UInt128 KeyOf(JsonElement shard, string member) => UInt128.Parse(
        shard.GetProperty("HashKeyRange").GetProperty(member).GetString()!, CultureInfo.InvariantCulture);

    /// <summary>A change that the kill cut off is found out about by the next one.</summary>
    private static async Task<bool> TryAsync(Func<Task<bool>> change)
    {
        try
        {
            return await change();
        }
        catch (Exception error) when (error is HttpRequestException or IOException or TaskCanceledException)
        {
            return false;
        }
    }
}
