using System.CommandLine;
using System.Globalization;
using EdgeStream.Storage;

namespace EdgeStream.Gateway.Cli.LogTools;

/// <summary><c>edgestream log repair</c>: says what it would do, or does it.</summary>
internal static class RepairCommand
{
    /// <summary>Command lines for the help.</summary>
    public static readonly string[] Examples =
    [
        "edgestream log repair",
        "edgestream log repair /var/lib/edgestream --apply",
        "edgestream log repair /mnt/card --stream readings --json",
    ];

    /// <summary>The command.</summary>
    public static Command Create(CommandOutput output)
    {
        var options = new LogOptions();
        var apply = new Option<bool>("--apply")
        {
            Description = "Do it; without this nothing is changed. Changed files are copied before, beside themselves.",
        };
        return options.ToCommand(
            "repair",
            "Say what is to be put right in a stopped gateway's folder, or put it right with --apply: single wrong "
                + "bytes that frames hang on, unfinished writes, files that cannot be read, indexes. No readable "
                + "record is touched. Exits with 65 while something is to be done or records stay lost.",
            output,
            [apply],
            parsed =>
            {
                var targets = options.Targets(parsed);
                var isApplied = parsed.GetValue(apply);
                var reports = Run(targets, isApplied);
                if (options.IsJson(parsed))
                {
                    Print(output, targets, reports, isApplied);
                }
                else
                {
                    Write(output, targets, reports, isApplied);
                }

                return IsDone(reports, isApplied) ? ExitCode.Ok : ExitCode.Damaged;
            });
    }

    private static List<RepairReport> Run(LogTargets targets, bool isApplied)
    {
        if (targets.IsLive)
        {
            throw new CommandException(
                ExitCode.Unavailable,
                $"A gateway is running on {targets.DataFolder}: stop it first. 'log verify' works beside it.");
        }

        RefuseUnreadable(targets);
        var reports = new List<RepairReport>();
        using var folderLock = isApplied ? targets.Lock() : null;
        var suffix = TimeProvider.System.GetUtcNow().ToString(
            "'.before-repair-'yyyyMMdd'T'HHmmssfff'Z'", CultureInfo.InvariantCulture);
        foreach (var target in targets.All)
        {
            reports.Add(isApplied
                ? LogRepair.Apply(new NativeDisk(), target.Folder, suffix, target.Encryption)
                : LogRepair.Try(new ReadOnlyDisk(), target.Folder, target.Encryption));
        }

        return reports;
    }

    /// <summary>A device that loses sectors is not written to: what it still has is worth more than a repair.</summary>
    private static void RefuseUnreadable(LogTargets targets)
    {
        foreach (var target in targets.All)
        {
            foreach (var path in Directory.GetFiles(target.Folder, "*.log"))
            {
                if (ReadOnlyDisk.FindUnreadable(path, _ => { }) is { } offset)
                {
                    throw new CommandException(
                        ExitCode.InputOutput,
                        $"{path}: the device cannot read byte {offset}. Nothing was changed: copy the folder to "
                            + "another disk, with zeros for what cannot be read (ddrescue), and repair it there.");
                }
            }
        }
    }

    private static bool IsDone(List<RepairReport> reports, bool isApplied) =>
        reports.TrueForAll(report => report.Remaining.Count == 0 && (isApplied || report.Steps.Count == 0));

    private static void Write(CommandOutput output, LogTargets targets, List<RepairReport> reports, bool isApplied)
    {
        var stepCount = 0;
        for (var i = 0; i < reports.Count; i++)
        {
            var report = reports[i];
            stepCount += report.Steps.Count;
            if (report.Steps.Count + report.Remaining.Count > 0)
            {
                output.Out.WriteLine(targets.All[i].Name);
                WriteLog(output.Out, report, isApplied);
            }
        }

        output.Out.WriteLine((stepCount, isApplied) switch
        {
            (0, _) => "There is nothing to repair.",
            (_, true) => "Done. Copies of the changed files are kept beside them.",
            _ => "Nothing was changed. Write --apply to do it; changed files are copied before.",
        });
    }

    private static void WriteLog(TextWriter output, RepairReport report, bool isApplied)
    {
        foreach (var step in report.Steps)
        {
            output.WriteLine($"  {step}");
        }

        foreach (var change in report.Changes)
        {
            var verb = $"{(isApplied ? "was" : "would be")} {JsonText.Name(change.Kind)}";
            output.WriteLine(change.Kind == FileChangeKind.Changed
                ? $"    {change.Path} {verb}: {change.SizeBytes} bytes from byte {change.Offset}"
                : $"    {change.Path} {verb}: {change.SizeBytes} bytes");
        }

        foreach (var copy in report.Copies)
        {
            output.WriteLine($"    kept: {copy}");
        }

        foreach (var damage in report.Remaining)
        {
            output.WriteLine($"  {damage.Path}: records {damage.FirstLost} to {damage.LastLost} stay lost, bytes "
                + $"{damage.Offset} to {damage.EndOffset}; readers pass over them and report the gap.");
        }
    }

    private static void Print(CommandOutput output, LogTargets targets, List<RepairReport> reports, bool isApplied) =>
        JsonText.Print(output.Out, json =>
        {
            json.WriteBoolean("applied", isApplied);
            json.WriteStartArray("logs");
            for (var i = 0; i < reports.Count; i++)
            {
                json.WriteStartObject();
                JsonText.Write(json, targets.All[i]);
                JsonText.Write(json, "steps", reports[i].Steps);
                JsonText.Write(json, reports[i].Changes);
                JsonText.Write(json, "copies", reports[i].Copies);
                JsonText.Write(json, reports[i].Remaining);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
}
