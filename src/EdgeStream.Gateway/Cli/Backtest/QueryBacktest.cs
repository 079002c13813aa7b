using System.Buffers;
using System.Text;
using System.Text.Json;
using EdgeStream.Analytics;
using EdgeStream.Gateway.Cli.Sql;
using EdgeStream.Gateway.Http;

namespace EdgeStream.Gateway.Cli.Backtest;

/// <summary>Runs a query over what a gateway has stored: its rows, and what rules over its output would have raised,
/// beside what was.</summary>
/// <remarks>The gateway reads; nothing of it is changed. Every row is evaluated, and the first ones are
/// shown.</remarks>
internal sealed class QueryBacktest(
    GatewayClient client, CommandOutput output, IReadOnlyList<RuleDefinition> rules, BacktestTime time, int shownMax)
{
    private const string Shard = "shardId-000000000000";

    private readonly ArrayBufferWriter<byte> _json = new();

    /// <summary>Whether a rule would have raised something else than was raised.</summary>
    public bool IsDifferent { get; private set; }

    /// <summary>Runs it once for each stream of it that rules watch, or once for its result where none does.</summary>
    public async Task RunAsync(TestedQuery query, bool isJson, CancellationToken cancellationToken)
    {
        var watched = query.Outputs.Where(to => rules.Any(rule => rule.Stream == to.Stream)).ToList();
        var was = watched.Count > 0
            ? await RaisedAlerts.ReadAsync(client, rules, cancellationToken)
            : new Dictionary<string, RaisedAlertList>(StringComparer.Ordinal);
        var runs = new List<TestedOutput?>(watched);
        if (runs.Count == 0)
        {
            runs.Add(null);
        }

        using var writer = new Utf8JsonWriter(_json, JsonReply.WriterOptions);
        writer.WriteStartObject();
        writer.WriteString("query", query.Name);
        writer.WriteString("from", time.From?.ToString());
        writer.WriteString("to", time.To?.ToString());
        writer.WriteStartArray("results");
        foreach (var to in runs)
        {
            var section = new QueryBacktestSection(query, to, time, shownMax);
            if (to is not null)
            {
                section.AddRules(rules.Where(rule => rule.Stream == to.Stream), Shard);
            }

            await section.RunAsync(new SqlRunner(client), cancellationToken);
            var reports = section.Reports(was);
            IsDifferent |= reports.Any(static report => report.IsDifferent);
            section.Write(writer, reports);
            if (!isJson)
            {
                section.Write(output, reports);
            }
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.Flush();
        if (isJson)
        {
            output.Out.WriteLine(Encoding.UTF8.GetString(_json.WrittenSpan));
        }
    }
}
