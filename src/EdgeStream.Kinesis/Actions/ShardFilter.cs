using System.Globalization;
using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Kinesis;

/// <summary>Which shards ListShards lists.</summary>
/// <param name="Type">The filter's type; null for all shards.</param>
/// <param name="ShardId">The shard of AFTER_SHARD_ID.</param>
/// <param name="Time">The time of the types that have one.</param>
internal readonly record struct ShardFilter(string? Type, string? ShardId, Timestamp? Time)
{
    /// <summary>What the request says.</summary>
    /// <exception cref="ApiException">It lacks what its type needs, or its time lies ahead.</exception>
    internal static ShardFilter Of(ActionCall call, DataStream stream)
    {
        var request = call.Request;
        var type = request.TextOf(request.Member("ShardFilter", "Type"));
        var shardId = request.TextOf(request.Member("ShardFilter", "ShardId"));
        var time = RequestValues.TimeOf(request.Member("ShardFilter", "Timestamp"));
        if (type == "AFTER_SHARD_ID" != (shardId is not null))
        {
            throw ApiException.InvalidArgument("ShardId must be specified with the filter type AFTER_SHARD_ID alone.");
        }

        if (type is "AT_TIMESTAMP" or "FROM_TIMESTAMP" != (time is not null))
        {
            throw ApiException.InvalidArgument(
                "Timestamp must be specified with the filter types AT_TIMESTAMP and FROM_TIMESTAMP alone.");
        }

        if (time > Timestamp.From(call.Service.Time.GetUtcNow()))
        {
            throw ApiException.InvalidArgument("The timestamp of a ShardFilter cannot be in the future.");
        }

        return type is not null && request.Has("ExclusiveStartShardId")
            ? throw ApiException.InvalidArgument("ExclusiveStartShardId and ShardFilter cannot be provided together.")
            : new ShardFilter(type, shardId, time);
    }

    /// <summary>Reads what <see cref="ToString"/> has written.</summary>
    internal static ShardFilter Parse(string text)
    {
        var parts = text.Split('|');
        return parts.Length != 3
            ? default
            : new ShardFilter(
                parts[0].Length == 0 ? null : parts[0],
                parts[1].Length == 0 ? null : parts[1],
                long.TryParse(parts[2], CultureInfo.InvariantCulture, out var time) ? new Timestamp(time) : null);
    }

    /// <summary>The filter as a token keeps it.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Type}|{ShardId}|{Time?.UnixMicroseconds}");

    /// <summary>The shards that pass, in their order.</summary>
    internal List<Shard> Apply(DataStream stream, List<Shard> shards)
    {
        var passed = new List<Shard>();
        foreach (var shard in shards)
        {
            if (Passes(stream, shard))
            {
                passed.Add(shard);
            }
        }

        return passed;
    }

    private bool Passes(DataStream stream, Shard shard) => Type switch
    {
        "AFTER_SHARD_ID" => string.CompareOrdinal(shard.Id, ShardId) > 0,
        "AT_LATEST" => shard.State == ShardState.Open,

        // Those that a reader of everything begins with.
        "AT_TRIM_HORIZON" => !IsListed(stream, shard.ParentShardId) && !IsListed(stream, shard.AdjacentParentShardId),
        "AT_TIMESTAMP" => Milliseconds(shard.CreatedAt) <= Milliseconds(Time) && !EndedBefore(shard),
        "FROM_TIMESTAMP" => !EndedBefore(shard),
        _ => true,
    };

    /// <summary>Times of the API have milliseconds: a shard was there in all of its first and last one.</summary>
    private bool EndedBefore(Shard shard) =>
        shard.ClosedAt is { } closedAt && Milliseconds(closedAt) < Milliseconds(Time);

    private static long Milliseconds(Timestamp? time) => time?.UnixMilliseconds ?? 0;

    private static bool IsListed(DataStream stream, string? shardId) =>
        shardId is not null && stream.TryGetShard(shardId, out _);
}
