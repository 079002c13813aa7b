using EdgeStream.Streams;

namespace EdgeStream.Kinesis;

/// <summary>How many shards and streams there may be.</summary>
internal static class ShardLimits
{
    /// <summary>Open shards of all streams.</summary>
    internal static int OpenShards(KinesisService service)
    {
        var count = 0;
        foreach (var stream in service.Store.Streams)
        {
            count += stream.OpenShards.Count;
        }

        return count;
    }

    /// <summary>Streams of the mode ON_DEMAND that are not the host's.</summary>
    internal static int OnDemandStreams(KinesisService service)
    {
        var count = 0;
        foreach (var stream in service.Store.Streams)
        {
            if (stream.Attributes.Mode == StreamMode.OnDemand && !service.Options.IsOfHost(stream.Name))
            {
                count++;
            }
        }

        return count;
    }

    /// <exception cref="ApiException">So many more shards would be too many together.</exception>
    internal static void CheckAccount(ActionCall call, int additional)
    {
        var present = OpenShards(call.Service);
        var limit = call.Service.Options.ShardsMax;
        if (present + (long)additional > limit)
        {
            throw ApiException.LimitExceeded(
                $"This request would exceed the shard limit for the account {call.Account} in "
                    + $"{call.Service.Names.Region}. Current shard count for the account: {present}. Limit: {limit}. "
                    + $"Number of additional shards that would have resulted from this request: {additional}. Refer "
                    + "to the AWS Service Limits page "
                    + "(http://docs.aws.amazon.com/general/latest/gr/aws_service_limits.html) for current limits and "
                    + "how to request higher limits.");
        }
    }

    /// <exception cref="ApiException">A stream may not have so many.</exception>
    internal static void CheckStream(int count)
    {
        if (count > StreamStore.OpenShardsMax)
        {
            throw ApiException.LimitExceeded(
                $"A stream of the gateway has at most {StreamStore.OpenShardsMax} open shards; "
                    + $"{count} were asked for.");
        }
    }

    /// <exception cref="ApiException">There are as many streams of the mode ON_DEMAND as there may be.</exception>
    internal static void CheckOnDemand(ActionCall call)
    {
        var limit = call.Service.Options.OnDemandStreamsMax;
        if (OnDemandStreams(call.Service) >= limit)
        {
            throw ApiException.LimitExceeded(
                $"This request would exceed the limit of {limit} on-demand streams for the account {call.Account}.");
        }
    }
}
