using EdgeStream.Streams;

namespace EdgeStream.Kinesis;

/// <summary>Finds the streams, shards and consumers that requests name.</summary>
internal static class StreamArguments
{
    extension(ActionCall call)
    {
        /// <summary>The account, for messages.</summary>
        internal string Account => call.Service.Names.Account;

        /// <summary>The name of the stream that the request names by name or ARN.</summary>
        /// <exception cref="ApiException">The ARN is of another region or account, or both are there and
        /// differ.</exception>
        internal string StreamName()
        {
            var name = call.Request.Text("StreamName");
            var arn = call.Request.Text("StreamARN");
            if (arn is null)
            {
                return name!;
            }

            var named = call.NameOf(arn);
            return name is null || name == named
                ? named
                : throw ApiException.InvalidArgument(
                    $"StreamName {name} and StreamARN {arn} do not name the same stream.");
        }

        /// <summary>The stream that the request names by name or ARN.</summary>
        /// <exception cref="ApiException">There is none.</exception>
        internal DataStream Stream() => call.Stream(call.StreamName());

        /// <summary>A stream.</summary>
        /// <exception cref="ApiException">There is none.</exception>
        internal DataStream Stream(string name) =>
            call.Service.Store.TryGet(name, out var stream)
                ? stream
                : throw ApiException.NotFound($"Stream {name} under account {call.Account} not found.");

        /// <summary>The stream that the request names by its ARN.</summary>
        /// <exception cref="ApiException">There is none.</exception>
        internal DataStream StreamOfArn() => call.Stream(call.NameOf(call.Request.Text("StreamARN")!));

        /// <summary>The name in a stream's ARN.</summary>
        /// <exception cref="ApiException">It is of another region or account.</exception>
        internal string NameOf(string arn)
        {
            if (call.Service.Names.TryParseStream(arn, out var name))
            {
                return name;
            }

            var parts = arn.Split(':', 6);
            throw ApiException.NotFound(
                $"Stream {parts[5][(parts[5].IndexOf('/') + 1)..]} under account {parts[4]} not found.");
        }

        /// <summary>The id of a shard as the store writes it.</summary>
        /// <exception cref="ApiException">It is no id of a shard.</exception>
        internal string ShardId(string text, string streamName)
        {
            var dash = text.IndexOf('-');
            return int.TryParse(
                text.AsSpan(dash + 1),
                System.Globalization.NumberStyles.None,
                System.Globalization.CultureInfo.InvariantCulture,
                out var index)
                ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"shardId-{index:D12}")
                : throw call.NoShard(text, streamName);
        }

        /// <summary>What is said of a shard that there is not.</summary>
        internal ApiException NoShard(string shardId, string streamName) => ApiException.NotFound(
            $"Could not find shard {shardId} in stream {streamName} under account {call.Account}.");

        /// <summary>Refuses what needs a stream that is not being changed.</summary>
        /// <exception cref="ApiException">It is.</exception>
        internal void RequireActive(DataStream stream)
        {
            if (stream.IsChanging)
            {
                throw ApiException.InUse(
                    $"Stream {stream.Name} under account {call.Account} not ACTIVE, instead in state UPDATING");
            }
        }

        /// <summary>Refuses what the configuration decides.</summary>
        /// <exception cref="ApiException">It does.</exception>
        internal void RequireOwn(DataStream stream, string what)
        {
            if (call.Service.Options.IsOfHost(stream.Name))
            {
                throw ApiException.InUse(
                    $"Stream {stream.Name} under account {call.Account} is made by the gateway's configuration, which "
                        + $"decides on {what}.");
            }
        }
    }
}
