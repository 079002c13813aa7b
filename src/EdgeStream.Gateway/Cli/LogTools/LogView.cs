using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using EdgeStream.Gateway.Config;
using EdgeStream.Gateway.Http;
using EdgeStream.Storage;

namespace EdgeStream.Gateway.Cli.LogTools;

/// <summary>Shows one log: its segments, frames and records, and what opening it would conclude.</summary>
internal sealed class LogView
{
    /// <summary>The records to show; null for none.</summary>
    public LogRange? Range { get; init; }

    /// <summary>Whether frames are shown.</summary>
    public bool HasFrames { get; init; }

    /// <summary>Whether values are shown in hexadecimal.</summary>
    public bool IsHex { get; init; }

    /// <summary>Shows how far the reading of frames is.</summary>
    public required ProgressLine Progress { get; init; }

    /// <summary>Writes it for a person.</summary>
    public void Write(CommandOutput output, LogTarget target, LogLook look)
    {
        var log = look.Log;
        output.Out.WriteLine(
            $"{target.Name}: records {log.OldestSequence} to {log.NewestSequence}, {log.Segments.Count} segments, "
                + $"{SizeText.Round(log.UsedBytes)} of log in {SizeText.Round(log.SizeBytes)} of files");
        WriteSegments(output, log);
        if (HasFrames)
        {
            WriteFrames(output, target, look);
        }

        if (Range is not null)
        {
            WriteRecords(output.Out, look, Range);
        }

        log = look.Log;
        output.Out.WriteLine(log.Findings.Count == 0
            ? "  The next start finds nothing to report."
            : "  The next start reports:");
        foreach (var finding in log.Findings)
        {
            output.Out.WriteLine($"    {finding}");
        }

        foreach (var change in log.OpeningChanges)
        {
            output.Out.WriteLine($"    {JsonText.Name(change.Kind)}: {change.Path}");
        }
    }

    /// <summary>Writes it for a program.</summary>
    public void Write(Utf8JsonWriter json, LogTarget target, LogLook look)
    {
        var log = look.Log;
        json.WriteStartObject();
        JsonText.Write(json, target);
        json.WriteNumber("oldestSequence", log.OldestSequence.Value);
        json.WriteNumber("newestSequence", log.NewestSequence.Value);
        json.WriteNumber("usedBytes", log.UsedBytes);
        json.WriteNumber("sizeBytes", log.SizeBytes);
        WriteSegments(json, target, look);
        Progress.Clear();
        log = look.Log;
        WriteFiles(json, target, log);
        JsonText.Write(json, "findings", log.Findings);
        JsonText.Write(json, log.OpeningChanges);
        WriteRecords(json, look);
        json.WriteEndObject();
    }

    private static void WriteSegments(CommandOutput output, LogInspection log)
    {
        var table = new TextTable("  SEGMENT", "FORMAT", "FIRST", "LAST", "SIZE", "USED", "made", "header", "index",
            "key");
        foreach (var segment in log.Segments)
        {
            table.Add(
                $"  {Path.GetFileName(segment.Path)}",
                $"{segment.FormatVersion}",
                $"{segment.FirstSequence}",
                $"{segment.LastSequence}",
                output.IsTerminal ? SizeText.Round(segment.SizeBytes) : $"{segment.SizeBytes}",
                output.IsTerminal ? SizeText.Round(segment.UsedBytes) : $"{segment.UsedBytes}",
                segment.Created.ToString(),
                segment.IsHeaderValid ? "valid" : "damaged",
                JsonText.Name(segment.Index),
                segment.KeyName ?? "-");
        }

        table.Write(output.Out, output.IsTerminal);
    }

    private void WriteFrames(CommandOutput output, LogTarget target, LogLook look)
    {
        var table = new TextTable("  OFFSET", "BYTES", "FIRST", "RECORDS", "DURABLE", "BOOT", "time");
        foreach (var segment in look.Log.Segments)
        {
            foreach (var frame in FramesOf(target, look, segment))
            {
                table.Add(
                    $"  {frame.Offset}",
                    $"{frame.SizeBytes}",
                    $"{frame.FirstSequence}",
                    $"{frame.Records}",
                    $"{frame.DurableSequence}",
                    $"{frame.BootOrdinal}",
                    frame.WallTime.ToString());
            }
        }

        Progress.Clear();
        table.Write(output.Out, output.IsTerminal);
    }

    private List<FrameSummary> FramesOf(LogTarget target, LogLook look, SegmentSummary segment)
    {
        var frames = new List<FrameSummary>();
        look.Verify(segment, frames);
        Progress.Add(segment.SizeBytes, $"{target.Name}/{Path.GetFileName(segment.Path)}");
        return frames;
    }

    private void WriteRecords(TextWriter output, LogLook look, LogRange range) => new RangeReading(
        range,
        look,
        (in LogRecord record) => output.WriteLine(
            $"  {record.Sequence}\t{record.ArrivalTime}\t{Text(record.Key, isHex: false)}"
                + $"\t{Text(record.Value, IsHex)}"),
        gap => output.WriteLine($"  {gap.First} to {gap.Last} cannot be read.")).Run();

    private static string Text(ReadOnlySpan<byte> bytes, bool isHex) => isHex || !Utf8.IsValid(bytes)
        ? "0x" + Convert.ToHexString(bytes)
        : Encoding.UTF8.GetString(bytes).ReplaceLineEndings(" ");

    private void WriteSegments(Utf8JsonWriter json, LogTarget target, LogLook look)
    {
        json.WriteStartArray("segments");
        foreach (var segment in look.Log.Segments)
        {
            json.WriteStartObject();
            json.WriteString("file", segment.Path);
            json.WriteNumber("formatVersion", segment.FormatVersion);
            json.WriteNumber("firstSequence", segment.FirstSequence.Value);
            json.WriteNumber("lastSequence", segment.LastSequence.Value);
            json.WriteNumber("sizeBytes", segment.SizeBytes);
            json.WriteNumber("usedBytes", segment.UsedBytes);
            json.WriteString("created", segment.Created.ToString());
            json.WriteNumber("boot", segment.BootOrdinal);
            json.WriteString("salt", segment.Salt.ToString("X16", CultureInfo.InvariantCulture));
            json.WriteBoolean("headerValid", segment.IsHeaderValid);
            json.WriteString("index", JsonText.Name(segment.Index));
            json.WriteString("key", segment.KeyName);
            if (HasFrames)
            {
                json.WriteStartArray("frames");
                foreach (var frame in FramesOf(target, look, segment))
                {
                    Write(json, frame);
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, FrameSummary frame)
    {
        json.WriteStartObject();
        json.WriteNumber("offset", frame.Offset);
        json.WriteNumber("sizeBytes", frame.SizeBytes);
        json.WriteNumber("firstSequence", frame.FirstSequence.Value);
        json.WriteNumber("records", frame.Records);
        json.WriteNumber("durableSequence", frame.DurableSequence.Value);
        json.WriteNumber("boot", frame.BootOrdinal);
        json.WriteNumber("monotonicMicroseconds", frame.MonotonicMicroseconds);
        json.WriteString("wallTime", frame.WallTime.ToString());
        json.WriteEndObject();
    }

    /// <summary>Files beside the segments and indexes: what was set aside, copies of repairs, spares.</summary>
    private static void WriteFiles(Utf8JsonWriter json, LogTarget target, LogInspection log)
    {
        json.WriteStartArray("otherFiles");
        foreach (var path in Directory.GetFiles(target.Folder))
        {
            var isKnown = false;
            foreach (var segment in log.Segments)
            {
                isKnown |= path == segment.Path || path == Path.ChangeExtension(segment.Path, ".index");
            }

            if (!isKnown)
            {
                json.WriteStringValue(Path.GetFileName(path));
            }
        }

        json.WriteEndArray();
    }

    private void WriteRecords(Utf8JsonWriter json, LogLook look)
    {
        if (Range is null)
        {
            return;
        }

        json.WriteStartArray("records");
        new RangeReading(
            Range,
            look,
            (in LogRecord record) => Write(json, record),
            gap =>
            {
                json.WriteStartObject();
                json.WriteNumber("gapFirst", gap.First.Value);
                json.WriteNumber("gapLast", gap.Last.Value);
                json.WriteEndObject();
            }).Run();
        json.WriteEndArray();
    }

    private void Write(Utf8JsonWriter json, in LogRecord record)
    {
        json.WriteStartObject();
        json.WriteNumber("sequence", record.Sequence.Value);
        json.WriteString("arrivalTime", record.ArrivalTime.ToString());
        json.WriteNumber("boot", record.BootOrdinal);
        json.WriteNumber("monotonicMicroseconds", record.MonotonicMicroseconds);
        json.WriteString("key", Text(record.Key, isHex: false));
        if (!IsHex && RecordJson.IsJson(record.Value))
        {
            json.WritePropertyName("data");
            json.WriteRawValue(record.Value, skipInputValidation: true);
        }
        else if (IsHex)
        {
            json.WriteString("dataHex", Convert.ToHexString(record.Value));
        }
        else
        {
            json.WriteBase64String("dataBase64", record.Value);
        }

        json.WriteEndObject();
    }
}
