using System.Text.Json;
using EdgeStream.Storage;

namespace EdgeStream.Gateway.Cli.LogTools;

/// <summary>Reads one log from end to end and collects what is wrong with it.</summary>
internal sealed class LogVerification(LogTarget target)
{
    private readonly List<SegmentReport> _reports = [];
    private readonly List<string> _problems = [];
    private readonly List<string> _notes = [];

    /// <summary>Every segment that was read.</summary>
    public IReadOnlyList<SegmentReport> Reports => _reports;

    /// <summary>What is wrong, one line each.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>Whether nothing is.</summary>
    public bool IsClean => _problems.Count == 0;

    /// <summary>Records that cannot be read.</summary>
    public long LostRecords { get; private set; }

    /// <summary>Records that can.</summary>
    public long Records { get; private set; }

    /// <summary>Does it; a line for each segment, and for each thing that is wrong.</summary>
    public void Run(LogTargets targets, ProgressLine progress, Action<string> onLine)
    {
        FindUnreadable(targets.IsLive, progress, onLine);
        using var look = targets.Open(target);
        foreach (var segment in look.Log.Segments)
        {
            Verify(look, segment, onLine);
        }

        Conclude(look.Log, onLine);
    }

    /// <summary>Writes everything as JSON.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        JsonText.Write(json, target);
        json.WriteBoolean("clean", IsClean);
        json.WriteNumber("records", Records);
        json.WriteNumber("lostRecords", LostRecords);
        JsonText.Write(json, "problems", _problems);
        JsonText.Write(json, "notes", _notes);
        var damage = new List<LogDamage>();
        json.WriteStartArray("segments");
        foreach (var report in _reports)
        {
            damage.AddRange(report.Damage);
            json.WriteStartObject();
            json.WriteString("file", report.Segment.Path);
            json.WriteNumber("firstSequence", report.Segment.FirstSequence.Value);
            json.WriteNumber("lastSequence", report.Segment.LastSequence.Value);
            json.WriteNumber("records", report.Records);
            json.WriteNumber("frames", report.Frames);
            json.WriteNumber("endOffset", report.EndOffset);
            json.WriteBoolean("headerValid", report.Segment.IsHeaderValid);
            json.WriteString("index", JsonText.Name(report.Index));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        JsonText.Write(json, damage);
        json.WriteEndObject();
    }

    private void FindUnreadable(bool isLive, ProgressLine progress, Action<string> onLine)
    {
        foreach (var path in Directory.GetFiles(target.Folder, "*.log"))
        {
            var name = $"{target.Name}/{Path.GetFileName(path)}";
            try
            {
                if (ReadOnlyDisk.FindUnreadable(path, count => progress.Add(count, name)) is { } offset)
                {
                    AddProblem(LogLook.Describe(path, offset), onLine);
                }
            }
            catch (FileNotFoundException) when (isLive)
            {
                // Let go at this moment.
            }
        }
    }

    private void Verify(LogLook look, SegmentSummary segment, Action<string> onLine)
    {
        if (look.Verify(segment) is not { } report)
        {
            return;
        }

        segment = report.Segment;
        _reports.Add(report);
        Records += report.Records;
        var name = $"{target.Name}/{Path.GetFileName(segment.Path)}";
        if (!segment.IsHeaderValid)
        {
            AddProblem($"{name}: its header is damaged, bytes 0 to 63.", onLine);
        }

        foreach (var damage in report.Damage)
        {
            LostRecords += damage.LostRecords;
            AddProblem(Describe(name, damage), onLine);
        }

        VerifyIndex(name, report, onLine);
        onLine($"{name}: {report.Records} records in {report.Frames} frames, to byte {report.EndOffset}, "
            + $"index {JsonText.Name(report.Index)}");
    }

    /// <summary>A missing index is rebuilt when needed and hides nothing; a bad one says that the disk errs.</summary>
    private void VerifyIndex(string name, SegmentReport report, Action<string> onLine)
    {
        if (report.Index is IndexState.Damaged or IndexState.Wrong)
        {
            AddProblem($"{name}: its index is {JsonText.Name(report.Index)}.", onLine);
        }
        else if (report.Index == IndexState.LeftOver)
        {
            AddNote($"{name}: an index that is not its own is left beside it; harmless.", onLine);
        }
        else if (report.Index == IndexState.Missing && !report.Segment.IsLast)
        {
            AddNote($"{name}: it has no index; one is made when it is read.", onLine);
        }
    }

    private void Conclude(LogInspection log, Action<string> onLine)
    {
        foreach (var finding in log.Findings)
        {
            AddNote($"Opening says: {finding}", onLine);
        }

        foreach (var change in log.OpeningChanges)
        {
            if (change.Path.EndsWith(".damaged", StringComparison.Ordinal))
            {
                AddProblem($"{change.Path[..^".damaged".Length]}: nothing in it can be read.", onLine);
            }
        }

        if (target.IsState && log.CheckState() is { } wrong)
        {
            AddProblem($"{target.Name}: {wrong}", onLine);
        }
    }

    private static string Describe(string name, LogDamage damage)
    {
        var place = $"{name}: damaged from byte {damage.Offset} to {damage.EndOffset}";
        return damage.LostRecords switch
        {
            0 => $"{place}, no record is lost.",
            1 => $"{place}, record {damage.FirstLost} is lost.",
            _ => $"{place}, {damage.LostRecords} records are lost, {damage.FirstLost} to {damage.LastLost}.",
        };
    }

    private void AddProblem(string text, Action<string> onLine)
    {
        _problems.Add(text);
        onLine(text);
    }

    private void AddNote(string text, Action<string> onLine)
    {
        _notes.Add(text);
        onLine(text);
    }
}
