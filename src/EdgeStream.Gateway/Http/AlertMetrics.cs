using EdgeStream.Analytics;
using EdgeStream.Gateway.Composition;
using EdgeStream.Gateway.Metrics;

namespace EdgeStream.Gateway.Http;

/// <summary>The metrics of what is pending, of what people have decided, and of the actions.</summary>
internal static class AlertMetrics
{
    /// <summary>Writes them.</summary>
    public static void Write(ref MetricWriter writer, GatewayParts parts)
    {
        writer.Begin(MetricCatalog.RulePending);
        foreach (var rule in parts.Rules.Status)
        {
            writer.Sample("rule"u8, rule.Name, rule.Pending);
        }

        writer.Single(MetricCatalog.AlertSilences, parts.Alerting.Desk.Silences.Count);
        writer.Single(MetricCatalog.AlertAcknowledged, parts.Alerting.Desk.AcknowledgedCount);
        var actions = parts.Alerting.Actions;
        Write(ref writer, MetricCatalog.ActionWaiting, actions, static action => action.Waiting);
        Write(ref writer, MetricCatalog.ActionDone, actions, static action => action.Done);
        Write(ref writer, MetricCatalog.ActionRetried, actions, static action => action.Retried);
        Write(ref writer, MetricCatalog.ActionFailed, actions, static action => action.Failed);
        Write(ref writer, MetricCatalog.ActionDropped, actions, static action => action.Dropped);
    }

    private static void Write(
        ref MetricWriter writer, Metric metric, IReadOnlyList<ActionStatus> actions, Func<ActionStatus, double> value)
    {
        writer.Begin(metric);
        foreach (var action in actions)
        {
            writer.Sample("action"u8, action.Name, value(action));
        }
    }
}
