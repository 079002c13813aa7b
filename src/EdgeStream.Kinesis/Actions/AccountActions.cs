using EdgeStream.Storage;

namespace EdgeStream.Kinesis;

/// <summary>Limits and settings of the account: the gateway is one.</summary>
internal static class AccountActions
{
    private static readonly MemberName StartedAt = new("StartedAt");
    private static readonly MemberName EndedAt = new("EndedAt");
    private static readonly MemberName EarliestAllowedEndAt = new("EarliestAllowedEndAt");

    internal static ValueTask DescribeLimitsAsync(ActionCall call)
    {
        var service = call.Service;
        call.Response.BeginStructure();
        call.Response.Number(Members.ShardLimit, service.Options.ShardsMax);
        call.Response.Number(Members.OpenShardCount, ShardLimits.OpenShards(service));
        call.Response.Number(Members.OnDemandStreamCount, ShardLimits.OnDemandStreams(service));
        call.Response.Number(Members.OnDemandStreamCountLimit, service.Options.OnDemandStreamsMax);
        call.Response.EndStructure();
        return default;
    }

    internal static ValueTask DescribeAccountSettingsAsync(ActionCall call)
    {
        Write(call.Response, AccountSettings.Read(call.Service.Store));
        return default;
    }

    internal static async ValueTask UpdateAccountSettingsAsync(ActionCall call)
    {
        var old = AccountSettings.Read(call.Service.Store);
        var isEnabled =
            call.Request.TextOf(call.Request.Member("MinimumThroughputBillingCommitment", "Status")) == "ENABLED";
        if (isEnabled != old.IsEnabled)
        {
            var now = Timestamp.From(call.Service.Time.GetUtcNow());
            old = isEnabled
                ? new AccountSettings(true, now, null)
                : old with { IsEnabled = false, EndedAt = now };
            await old.SaveAsync(call.Service.Store).ConfigureAwait(false);
        }

        Write(call.Response, old);
    }

    private static void Write(ResponseWriter response, AccountSettings settings)
    {
        response.BeginStructure();
        response.BeginStructure(Members.MinimumThroughputBillingCommitment);
        response.Text(Members.Status, settings.IsEnabled ? "ENABLED"u8 : "DISABLED"u8);
        if (settings.StartedAt is { } started)
        {
            response.Time(StartedAt, started);

            // Nobody is billed: it may end at once.
            response.Time(EarliestAllowedEndAt, started);
        }

        if (settings.EndedAt is { } ended)
        {
            response.Time(EndedAt, ended);
        }

        response.EndStructure();
        response.EndStructure();
    }
}
