using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Kinesis;

/// <summary>Makes a position of what a request says of it.</summary>
internal static class Positions
{
    /// <summary>The position.</summary>
    /// <exception cref="ApiException">What is said does not fit together, or not the shard.</exception>
    internal static ShardPosition Of(
        ActionCall call, Shard shard, string streamName, string type, string? sequence, Timestamp? time)
    {
        if (sequence is not null)
        {
            return type is "TRIM_HORIZON" or "LATEST"
                ? throw WrongPair($"{type} and also a StartingSequenceNumber")
                : OfSequence(call, shard, streamName, type, sequence);
        }

        return type switch
        {
            "TRIM_HORIZON" => ShardPosition.TrimHorizon,
            "LATEST" => ShardPosition.Latest,
            "AT_TIMESTAMP" => OfTime(call, time),
            _ => throw WrongPair($"{type} and no StartingSequenceNumber"),
        };
    }

    private static ShardPosition OfSequence(
        ActionCall call, Shard shard, string streamName, string type, string sequence)
    {
        var used = $"StartingSequenceNumber {sequence} used in GetShardIterator on shard {shard.Id} in stream "
            + $"{streamName} under account {call.Account} is invalid";
        if (!KinesisSequenceNumber.TryParse(sequence, out var number))
        {
            throw ApiException.InvalidArgument(used + ".");
        }

        if (number.ShardIndex != shard.Index)
        {
            throw ApiException.InvalidArgument(
                $"Invalid StartingSequenceNumber. It encodes shardId-{number.ShardIndex:D12}, while it was used in a "
                    + $"call to a shard with {shard.Id}");
        }

        if (!shard.TryResolve(number, type == "AFTER_SEQUENCE_NUMBER", out var position))
        {
            throw ApiException.InvalidArgument(used + " because it did not come from this stream.");
        }

        return position;
    }

    /// <summary>The position at a time.</summary>
    /// <exception cref="ApiException">There is none, or it is in the future.</exception>
    internal static ShardPosition OfTime(ActionCall call, Timestamp? time)
    {
        if (time is not { } from)
        {
            throw ApiException.InvalidArgument(
                "Must specify timestampInMillis parameter for iterator of type AT_TIMESTAMP. Current request has no "
                    + "timestamp parameter.");
        }

        var now = Timestamp.From(call.Service.Time.GetUtcNow());
        return from > now
            ? throw ApiException.InvalidArgument(
                "The timestampInMillis parameter cannot be greater than the currentTimestampInMillis. "
                    + $"timestampInMillis: {from.UnixMilliseconds}, currentTimestampInMillis: {now.UnixMilliseconds}")
            : ShardPosition.AtTime(from);
    }

    private static ApiException WrongPair(string specified) => ApiException.InvalidArgument(
        "Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and StartingSequenceNumber or "
            + $"(2) TRIM_HORIZON or LATEST and no StartingSequenceNumber. Request specified {specified}.");
}
