using System.Globalization;
using EdgeStream.Streams;

namespace EdgeStream.Kinesis;

/// <summary>Shards: list, split, merge, scale.</summary>
internal static class ShardActions
{
    private const int ListedMax = 1000;

    internal static async ValueTask ListShardsAsync(ActionCall call)
    {
        var request = call.Request;
        var token = request.Text("NextToken");
        if (token is not null && (request.Has("StreamName") || request.Has("StreamARN")))
        {
            throw ApiException.InvalidArgument("NextToken and StreamName cannot be provided together.");
        }

        foreach (var name in (ReadOnlySpan<string>)["ExclusiveStartShardId", "StreamCreationTimestamp"])
        {
            if (token is not null && request.Has(name))
            {
                throw ApiException.InvalidArgument($"NextToken and {name} cannot be provided together.");
            }
        }

        if (token is null && !request.Has("StreamName") && !request.Has("StreamARN"))
        {
            throw ApiException.InvalidArgument("Either NextToken or StreamName should be provided.");
        }

        var page = token is null ? default : PageToken.Read(call, token, "shards", null);
        var stream = token is null ? call.Stream() : call.Stream(page.Subject);
        CheckCreation(call, stream);
        var filter = token is null ? ShardFilter.Of(call, stream) : ShardFilter.Parse(page.Filter);
        var after = token is null ? request.Text("ExclusiveStartShardId") : page.Last;
        var shards = filter.Apply(stream, After(stream, after));
        call.Response.BeginStructure();
        var limit = Math.Min(request.Integer("MaxResults") ?? ListedMax, ListedMax);
        await WriteShardsAsync(call, shards, limit).ConfigureAwait(false);
        if (shards.Count > limit)
        {
            call.Response.Text(
                Members.NextToken,
                PageToken.Write(call, "shards", stream.Name, shards[limit - 1].Id, filter.ToString()));
        }

        call.Response.EndStructure();
    }

    internal static async ValueTask SplitShardAsync(ActionCall call)
    {
        var request = call.Request;
        var name = call.StreamName();
        var shardId = call.ShardId(request.Text("ShardToSplit")!, name);
        var stream = call.Stream(name);
        call.RequireActive(stream);
        if (!stream.TryGetShard(shardId, out var shard))
        {
            throw call.NoShard(shardId, name);
        }

        ShardLimits.CheckAccount(call, 1);
        var text = request.Text("NewStartingHashKey")!;
        if (!UInt128.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var hashKey)
            || hashKey <= shard.StartingHashKey
            || hashKey - 1 == shard.StartingHashKey
            || hashKey >= shard.EndingHashKey)
        {
            throw ApiException.InvalidArgument(
                $"NewStartingHashKey {text} used in SplitShard() on shard {shardId} in stream {name} under account "
                    + $"{call.Account} is not both greater than one plus the shard's StartingHashKey "
                    + $"{shard.StartingHashKey} and less than the shard's EndingHashKey {shard.EndingHashKey}.");
        }

        CheckOpen(call, stream, shard);
        await ReshardAsync(call, name, () => call.Service.Store.SplitShardAsync(name, shardId, hashKey))
            .ConfigureAwait(false);
    }

    internal static async ValueTask MergeShardsAsync(ActionCall call)
    {
        var name = call.StreamName();
        var first = call.ShardId(call.Request.Text("ShardToMerge")!, name);
        var second = call.ShardId(call.Request.Text("AdjacentShardToMerge")!, name);
        var stream = call.Stream(name);
        call.RequireActive(stream);
        if (!stream.TryGetShard(first, out var lower))
        {
            throw call.NoShard(first, name);
        }

        if (!stream.TryGetShard(second, out var upper))
        {
            throw call.NoShard(second, name);
        }

        if (!IsBefore(lower, upper) && !IsBefore(upper, lower))
        {
            throw ApiException.InvalidArgument(
                $"Shards {first} and {second} in stream {name} under account {call.Account} are not an adjacent pair "
                    + "of shards eligible for merging");
        }

        CheckOpen(call, stream, lower);
        CheckOpen(call, stream, upper);
        await ReshardAsync(call, name, () => call.Service.Store.MergeShardsAsync(name, first, second))
            .ConfigureAwait(false);
    }

    internal static async ValueTask UpdateShardCountAsync(ActionCall call)
    {
        var stream = call.Stream();
        call.RequireActive(stream);
        if (stream.Attributes.Mode == StreamMode.OnDemand)
        {
            throw OnDemand(call, stream);
        }

        var target = call.Request.Integer("TargetShardCount")!.Value;
        var present = stream.OpenShards.Count;
        if (target > 2L * present)
        {
            throw ApiException.LimitExceeded(
                $"UpdateShardCount cannot scale up over double your current open shard count. Current open shard "
                    + $"count: {present} Target shard count: {target}");
        }

        if (target < (present + 1) / 2)
        {
            throw ApiException.LimitExceeded(
                $"UpdateShardCount cannot scale down below half your current open shard count. Current open shard "
                    + $"count: {present} Target shard count: {target}");
        }

        ShardLimits.CheckAccount(call, target - present);
        ShardLimits.CheckStream(target);
        await ReshardAsync(call, stream.Name, () => call.Service.Store.UpdateShardCountAsync(stream.Name, target))
            .ConfigureAwait(false);
        call.Response.BeginStructure();
        call.Response.Text(Members.StreamName, stream.Name);
        call.Response.Text(Members.StreamArn, call.Service.Names.OfStream(stream.Name));
        call.Response.Number(Members.CurrentShardCount, present);
        call.Response.Number(Members.TargetShardCount, target);
        call.Response.EndStructure();
    }

    /// <summary>Whether the hash keys of one go on where those of the other end.</summary>
    private static bool IsBefore(Shard lower, Shard upper) =>
        lower.EndingHashKey < upper.StartingHashKey && upper.StartingHashKey - lower.EndingHashKey == 1;

    /// <exception cref="ApiException">Others have the shard's hash keys.</exception>
    private static void CheckOpen(ActionCall call, DataStream stream, Shard shard)
    {
        if (shard.State != ShardState.Open)
        {
            throw ApiException.InvalidArgument(
                $"Shard {shard.Id} in stream {stream.Name} under account {call.Account} has already been merged or "
                    + "split, and thus is not eligible for merging or splitting.");
        }
    }

    /// <summary>A stream's shards by id, after one of them.</summary>
    internal static List<Shard> After(DataStream stream, string? shardId)
    {
        var shards = new List<Shard>();
        foreach (var shard in stream.Shards)
        {
            if (shardId is null || string.CompareOrdinal(shard.Id, shardId) > 0)
            {
                shards.Add(shard);
            }
        }

        shards.Sort(static (left, right) => left.Index.CompareTo(right.Index));
        return shards;
    }

    /// <summary>Writes shards up to a limit as a list.</summary>
    internal static async ValueTask WriteShardsAsync(ActionCall call, List<Shard> shards, int limit)
    {
        call.Response.BeginList(Members.Shards);
        for (var i = 0; i < shards.Count && i < limit; i++)
        {
            Write(call.Response, shards[i]);
            await call.DrainAsync().ConfigureAwait(false);
        }

        call.Response.EndList();
    }

    private static void Write(ResponseWriter response, Shard shard)
    {
        response.BeginStructure();
        response.Text(Members.ShardId, shard.Id);
        response.TextIfAny(Members.ParentShardId, shard.ParentShardId);
        response.TextIfAny(Members.AdjacentParentShardId, shard.AdjacentParentShardId);
        WriteHashKeyRange(response, shard);
        response.BeginStructure(Members.SequenceNumberRange);
        response.Text(Members.StartingSequenceNumber, shard.StartingSequenceNumber.ToString());
        response.TextIfAny(Members.EndingSequenceNumber, shard.EndingSequenceNumber?.ToString());
        response.EndStructure();
        response.EndStructure();
    }

    /// <summary>Writes a shard's range.</summary>
    internal static void WriteHashKeyRange(ResponseWriter response, Shard shard)
    {
        response.BeginStructure(Members.HashKeyRange);
        response.Text(
            Members.StartingHashKey, shard.StartingHashKey.ToString(CultureInfo.InvariantCulture));
        response.Text(Members.EndingHashKey, shard.EndingHashKey.ToString(CultureInfo.InvariantCulture));
        response.EndStructure();
    }

    private static ApiException OnDemand(ActionCall call, DataStream stream) => ApiException.Validation(
        $"Request is invalid. Stream {stream.Name} under account {call.Account} is in On-Demand mode.");

    private static void CheckCreation(ActionCall call, DataStream stream)
    {
        if (call.Request.Time("StreamCreationTimestamp") is { } creation
            && creation.UnixMilliseconds / 1000 != stream.Attributes.CreatedAt.UnixMilliseconds / 1000)
        {
            throw ApiException.NotFound(
                $"Stream {stream.Name} under account {call.Account} with the given creation time not found.");
        }
    }

    private static async ValueTask ReshardAsync(ActionCall call, string name, Func<ValueTask> reshard)
    {
        try
        {
            await reshard().ConfigureAwait(false);
        }
        catch (ReshardException refused)
        {
            throw refused.Refusal switch
            {
                ReshardRefusal.NoStream =>
                    ApiException.NotFound($"Stream {name} under account {call.Account} not found."),
                ReshardRefusal.NoShard => ApiException.NotFound(refused.Message),
                ReshardRefusal.NotOpen => ApiException.InUse(refused.Message),
                ReshardRefusal.TooMany => ApiException.LimitExceeded(refused.Message),
                _ => ApiException.InvalidArgument(refused.Message),
            };
        }
    }
}
