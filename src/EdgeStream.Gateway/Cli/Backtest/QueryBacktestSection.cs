using System.Globalization;
using System.Text.Json;
using EdgeStream.Analytics;
using EdgeStream.Gateway.Cli.Sql;
using EdgeStream.Storage;

namespace EdgeStream.Gateway.Cli.Backtest;

/// <summary>One run of a query's back-test: the rows of one of its streams, and the rules that watch them.</summary>
/// <param name="query">The query.</param>
/// <param name="to">Where the rows go; null for a result that no rule watches.</param>
/// <param name="time">The time that it is about.</param>
/// <param name="shownMax">How many rows are kept to be shown.</param>
internal sealed class QueryBacktestSection(TestedQuery query, TestedOutput? to, BacktestTime time, int shownMax)
{
    private readonly List<(RuleDefinition Rule, RuleReplay Replay, RaisedAlertList Would)> _rules = [];
    private readonly List<JsonElement> _shown = [];
    private readonly long _started = TimeProvider.System.GetTimestamp();
    private SqlColumn[] _columns = [];
    private string? _keyColumn;
    private RunEnd _end = null!;
    private TimeSpan _elapsed;
    private long _rows;

    /// <summary>Adds rules that watch the rows.</summary>
    public void AddRules(IEnumerable<RuleDefinition> rules, string shard)
    {
        foreach (var rule in rules)
        {
            var would = new RaisedAlertList();
            _rules.Add((rule, new RuleReplay(rule.Stream, shard, [rule], would.Add), would));
        }
    }

    /// <summary>Runs the query, from as long before the time as it is to warm up.</summary>
    public async Task RunAsync(SqlRunner runner, CancellationToken cancellationToken)
    {
        var records = to is null
            ? null
            : new RowRecords(to, [.. _rules.Select(static rule => rule.Replay)]);
        var request = new SqlRequest
        {
            Sql = query.Sql,
            Query = query.Sql is null ? query.Name : null,
            Stream = to?.From,
            From = (time.FirstArrival ?? default).ToString(),
            To = time.To?.ToString(),
            HasRowtime = true,
        };
        _end = await runner.RunAsync(
            request,
            columns =>
            {
                _columns = columns;
                _keyColumn = records?.Begin(columns);
            },
            row => Take(row, records),
            skipped: 0,
            cancellationToken);
        records?.End(time.To ?? Timestamp.From(TimeProvider.System.GetUtcNow()));
        _elapsed = TimeProvider.System.GetElapsedTime(_started);
    }

    /// <summary>Puts what each rule would have raised beside what it raised.</summary>
    public List<BacktestReport> Reports(Dictionary<string, RaisedAlertList> was)
    {
        var reports = new List<BacktestReport>();
        foreach (var (rule, replay, would) in _rules)
        {
            var raised = was[rule.Name];
            var pairs = RaisedAlertPair.CompareRows(would.Alerts, raised.Alerts, time.LagMax).Where(IsInTime).ToList();
            reports.Add(new BacktestReport(
                rule, time, pairs, _rows, replay.IgnoredRecords, _elapsed, would.Left + raised.Left));
        }

        return reports;
    }

    /// <summary>Writes the first rows, how many there are, and the rules' alerts.</summary>
    public void Write(CommandOutput output, List<BacktestReport> reports)
    {
        var rows = RowWriter.Create(output.IsTerminal ? "table" : "csv", output.Out, isLive: false);
        rows.Begin(_columns);
        _shown.ForEach(rows.Add);
        rows.End();
        var summary = output.IsTerminal ? output.Out : output.Error;
        summary.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{query.Name}{(to is null ? "" : $" into {to.Stream}")}: {_rows} rows of {_end.Records} records in "
                + $"{_elapsed.TotalSeconds:0.0} s{Left}."));
        if (to?.KeyColumn is { } missing && _keyColumn is null)
        {
            summary.WriteLine(
                $"The rows have no column '{missing}', which is the key of {to.Stream} now: all have the key "
                    + $"'{to.DefaultKey}'. Name another with --key.");
        }

        if (_end.Errors > 0)
        {
            summary.WriteLine($"{_end.Errors} records could not be read as asked; the last: {_end.LastError}");
        }

        reports.ForEach(report => report.Write(output));
    }

    /// <summary>Writes the same as an object.</summary>
    public void Write(Utf8JsonWriter writer, List<BacktestReport> reports)
    {
        writer.WriteStartObject();
        writer.WriteString("stream", to?.Stream);
        writer.WriteString("key", _keyColumn);
        writer.WriteNumber("rows", _rows);
        writer.WriteNumber("records", _end.Records ?? 0);
        writer.WriteNumber("errors", _end.Errors);
        writer.WriteNumber("seconds", Math.Round(_elapsed.TotalSeconds, 3));
        writer.WriteStartArray("columns");
        foreach (var column in _columns)
        {
            writer.WriteStringValue(column.Name);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("shown");
        _shown.ForEach(row => row.WriteTo(writer));
        writer.WriteEndArray();
        writer.WriteStartArray("rules");
        reports.ForEach(report => report.Write(writer));
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private string Left => _rows > _shown.Count ? $"; the first {_shown.Count} are shown" : "";

    private void Take(JsonElement row, RowRecords? records)
    {
        var rowtime = RowRecords.RowtimeOf(row);
        records?.Add(row, rowtime);
        if (time.From is { } from && rowtime < from)
        {
            return;
        }

        _rows++;
        if (_shown.Count < shownMax)
        {
            _shown.Add(row.Clone());
        }
    }

    /// <summary>By the times of the rows, where there are some: what was raised lags behind.</summary>
    private bool IsInTime(RaisedAlertPair pair) => (pair.Would ?? pair.Was!).Overlaps(time.From, time.To);
}
