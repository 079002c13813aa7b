using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using EdgeStream.Analytics;
using EdgeStream.Gateway.Http;

namespace EdgeStream.Gateway.Cli.Backtest;

/// <summary>What a back-test found, for a person and for a program.</summary>
internal sealed class BacktestReport(
    RuleDefinition rule,
    BacktestTime time,
    IReadOnlyList<RaisedAlertPair> pairs,
    long records,
    long ignored,
    TimeSpan elapsed,
    long left)
{
    /// <summary>Whether anything would have been raised that was not, or was raised and would not have been.</summary>
    public bool IsDifferent => pairs.Any(static pair => pair.Would is null || pair.Was is null);

    /// <summary>Writes a table and what it comes to.</summary>
    public void Write(CommandOutput output)
    {
        var table = new TextTable("fires", "key", "FROM", "TO", "VALUE", "was raised", "message");
        foreach (var pair in pairs)
        {
            var shown = pair.Would ?? pair.Was!;
            table.Add(
                pair.Would is null ? "no" : "yes",
                shown.Fired.Key,
                shown.Fired.FiredAt.ToString(),
                shown.Resolved?.ResolvedAt?.ToString() ?? "-",
                shown.Fired.Value.ToString("G6", CultureInfo.InvariantCulture),
                pair.Was is null ? "no" : pair.IsSame || pair.Would is null ? "yes" : $"at {pair.Was.Fired.FiredAt}",
                shown.Fired.Message.ReplaceLineEndings(" "));
        }

        table.Write(output.Out, output.IsTerminal);
        var summary = output.IsTerminal ? output.Out : output.Error;
        summary.WriteLine(
            $"{rule.Name}: {records} records in {elapsed.TotalSeconds:0.0} s ({records / Seconds:0} a second), "
                + $"{ignored} of them without a number for the rule.");
        summary.WriteLine($"It would have raised {Would} alerts; {Was} were raised; {Both} are in both.");
        if (left > 0)
        {
            summary.WriteLine($"{left} more alerts are not listed.");
        }
    }

    /// <summary>One JSON object on one line.</summary>
    public string ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, JsonReply.WriterOptions))
        {
            Write(writer);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Writes it as an object.</summary>
    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("rule", rule.Name);
        writer.WriteString("stream", rule.Stream);
        writer.WriteString("description", rule.Description);
        writer.WriteString("from", time.From?.ToString());
        writer.WriteString("to", time.To?.ToString());
        writer.WriteNumber("records", records);
        writer.WriteNumber("ignoredRecords", ignored);
        writer.WriteNumber("seconds", Math.Round(elapsed.TotalSeconds, 3));
        writer.WriteNumber("wouldBeRaised", Would);
        writer.WriteNumber("wereRaised", Was);
        writer.WriteNumber("both", Both);
        writer.WriteNumber("notListed", left);
        writer.WriteStartArray("alerts");
        foreach (var pair in pairs)
        {
            writer.WriteStartObject();
            writer.WriteBoolean("same", pair.IsSame);
            Write(writer, "would", pair.Would);
            Write(writer, "was", pair.Was);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private double Seconds => Math.Max(0.001, elapsed.TotalSeconds);

    private int Would => pairs.Count(static pair => pair.Would is not null);

    private int Was => pairs.Count(static pair => pair.Was is not null);

    private int Both => pairs.Count(static pair => pair is { Would: not null, Was: not null });

    private static void Write(Utf8JsonWriter writer, string name, RaisedAlert? raised)
    {
        if (raised is null)
        {
            writer.WriteNull(name);
            return;
        }

        writer.WritePropertyName(name);
        AlertJson.Write(writer, raised.Resolved is { } over
            ? raised.Fired with { State = over.State, ResolvedAt = over.ResolvedAt }
            : raised.Fired);
    }
}
