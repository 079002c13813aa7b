using System.Text;
using System.Text.Json;
using EdgeStream.Analytics;

namespace EdgeStream.Gateway.Cli.Backtest;

/// <summary>The alerts that a gateway's stream of alerts holds.</summary>
internal static class RaisedAlerts
{
    private const int PageRecords = 1_000;

    /// <summary>Reads those of some rules, from the oldest to the newest that is there now.</summary>
    public static async Task<Dictionary<string, RaisedAlertList>> ReadAsync(
        GatewayClient client, IReadOnlyList<RuleDefinition> rules, CancellationToken cancellationToken)
    {
        var raised = rules.ToDictionary(rule => rule.Name, _ => new RaisedAlertList(), StringComparer.Ordinal);
        var from = "trim-horizon";
        while (true)
        {
            using var page = await client.GetOkAsync(
                $"/api/streams/{AlertJson.StreamName}/records?from={Uri.EscapeDataString(from)}&limit={PageRecords}",
                cancellationToken);
            var records = page.RootElement.GetProperty("records");
            foreach (var record in records.EnumerateArray())
            {
                if (record.TryGetProperty("data", out var data)
                    && data.ValueKind == JsonValueKind.Object
                    && AlertJson.TryRead(Encoding.UTF8.GetBytes(data.GetRawText()), out var alert)
                    && raised.TryGetValue(alert.Rule, out var list))
                {
                    list.Add(alert);
                }
            }

            if (records.GetArrayLength() == 0)
            {
                return raised;
            }

            from = page.RootElement.GetProperty("next").GetString()!;
        }
    }
}
