using EdgeStream.Gateway.Metrics;
using EdgeStream.Kinesis;

namespace EdgeStream.Gateway.Http;

/// <summary>The metrics of the Kinesis API. Actions that nobody has called are left out, but
/// for those that move records.</summary>
internal static class KinesisMetrics
{
    private static readonly ActionOutcome[] Outcomes =
    [
        ActionOutcome.Succeeded, ActionOutcome.Refused, ActionOutcome.Throttled, ActionOutcome.Failed,
        ActionOutcome.Aborted,
    ];

    /// <summary>Writes them; without the API they are zero.</summary>
    public static void Write(ref MetricWriter writer, KinesisService? service)
    {
        WriteActions(ref writer, service?.Statistics);
        writer.Single(MetricCatalog.KinesisUnderWay, service?.RequestCount ?? 0);
        writer.Single(MetricCatalog.KinesisSubscriptions, service?.SubscriptionCount ?? 0);
        writer.Single(MetricCatalog.KinesisRecordsIn, service?.Statistics.RecordsIn ?? 0);
        writer.Single(MetricCatalog.KinesisRecordsRefused, service?.Statistics.RecordsRefused ?? 0);
        writer.Single(MetricCatalog.KinesisRecordsOut, service?.Statistics.RecordsOut ?? 0);
    }

    private static void WriteActions(ref MetricWriter writer, KinesisStatistics? statistics)
    {
        writer.Begin(MetricCatalog.KinesisRequests);
        for (var action = 0; action < KinesisStatistics.Actions.Count; action++)
        {
            var name = KinesisStatistics.Actions[action];
            foreach (var outcome in Outcomes)
            {
                var calls = statistics?.Calls(action, outcome) ?? 0;
                if (calls > 0 || (outcome == ActionOutcome.Succeeded && IsOfRecords(name)))
                {
                    writer.Sample("action"u8, name, "result"u8, WordOf(outcome), calls);
                }
            }
        }

        writer.Begin(MetricCatalog.KinesisSeconds);
        for (var action = 0; action < KinesisStatistics.Actions.Count; action++)
        {
            var name = KinesisStatistics.Actions[action];
            var elapsed = statistics?.Elapsed(action) ?? TimeSpan.Zero;
            if (elapsed > TimeSpan.Zero || IsOfRecords(name))
            {
                writer.Sample("action"u8, name, Math.Round(elapsed.TotalSeconds, 6));
            }
        }
    }

    private static bool IsOfRecords(string action) => action is "PutRecord" or "PutRecords" or "GetRecords";

    private static string WordOf(ActionOutcome outcome) => outcome switch
    {
        ActionOutcome.Succeeded => "ok",
        ActionOutcome.Refused => "refused",
        ActionOutcome.Throttled => "throttled",
        ActionOutcome.Failed => "failed",
        _ => "aborted",
    };
}
