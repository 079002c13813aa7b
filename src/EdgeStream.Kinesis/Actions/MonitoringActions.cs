using EdgeStream.Streams;

namespace EdgeStream.Kinesis;

/// <summary>Shard-level metrics: remembered and told. The gateway's own metrics are always there.</summary>
internal static class MonitoringActions
{
    private static readonly ShardLevelMetrics[] Metrics =
    [
        ShardLevelMetrics.IncomingBytes,
        ShardLevelMetrics.IncomingRecords,
        ShardLevelMetrics.OutgoingBytes,
        ShardLevelMetrics.OutgoingRecords,
        ShardLevelMetrics.WriteProvisionedThroughputExceeded,
        ShardLevelMetrics.ReadProvisionedThroughputExceeded,
        ShardLevelMetrics.IteratorAgeMilliseconds,
    ];

    internal static ValueTask EnableAsync(ActionCall call) => ChangeAsync(call, static (old, named) => old | named);

    internal static ValueTask DisableAsync(ActionCall call) => ChangeAsync(call, static (old, named) => old & ~named);

    /// <summary>Writes metrics as a list of their names.</summary>
    internal static void Write(ResponseWriter response, MemberName name, ShardLevelMetrics metrics)
    {
        response.BeginList(name);
        foreach (var metric in Metrics)
        {
            if ((metrics & metric) != 0)
            {
                response.Text(NameOf(metric));
            }
        }

        response.EndList();
    }

    private static async ValueTask ChangeAsync(
        ActionCall call, Func<ShardLevelMetrics, ShardLevelMetrics, ShardLevelMetrics> change)
    {
        var stream = call.Stream();
        var named = ShardLevelMetrics.None;
        foreach (var text in call.Request.Texts("ShardLevelMetrics"))
        {
            named |= text == "ALL" ? ShardLevelMetrics.All : Array.Find(Metrics, metric => NameOf(metric) == text);
        }

        var before = ShardLevelMetrics.None;
        var after = ShardLevelMetrics.None;
        await call.ChangeAsync(stream, old =>
        {
            before = old.ShardMetrics;
            after = change(before, named);
            return old with { ShardMetrics = after };
        }).ConfigureAwait(false);
        call.Response.BeginStructure();
        call.Response.Text(Members.StreamName, stream.Name);
        call.Response.Text(Members.StreamArn, call.Service.Names.OfStream(stream.Name));
        Write(call.Response, Members.CurrentShardLevelMetrics, before);
        Write(call.Response, Members.DesiredShardLevelMetrics, after);
        call.Response.EndStructure();
    }

    private static string NameOf(ShardLevelMetrics metric) => metric switch
    {
        ShardLevelMetrics.IncomingBytes => "IncomingBytes",
        ShardLevelMetrics.IncomingRecords => "IncomingRecords",
        ShardLevelMetrics.OutgoingBytes => "OutgoingBytes",
        ShardLevelMetrics.OutgoingRecords => "OutgoingRecords",
        ShardLevelMetrics.WriteProvisionedThroughputExceeded => "WriteProvisionedThroughputExceeded",
        ShardLevelMetrics.ReadProvisionedThroughputExceeded => "ReadProvisionedThroughputExceeded",
        _ => "IteratorAgeMilliseconds",
    };
}
