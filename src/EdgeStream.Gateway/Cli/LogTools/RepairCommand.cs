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
        "edgestream log repair --json | jq '.logs[].steps'",
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
            "Say what is to be put right in a folder, also beside a running gateway, or put it right in a stopped "
                + "one's with --apply: single wrong bytes that frames hang on, unfinished writes, files that cannot "
                + "be read, indexes. No readable record is touched. Exits with 65 while something is to be done or "
                + "records stay lost.",
            output,
            [apply],
            parsed =>
            {
                var targets = options.Targets(parsed);
                var plan = Run(output, targets, parsed.GetValue(apply));
                if (options.IsJson(parsed))
                {
                    Print(output, targets, plan);
                }
                else
                {
                    Write(output, targets, plan);
                }

                return plan.IsDone ? ExitCode.Ok : ExitCode.Damaged;
            });
    }

    private static Plan Run(CommandOutput output, LogTargets targets, bool isApplied)
    {
        var isLive = targets.IsLive;
        if (isApplied && isLive)
        {
            throw new CommandException(
                ExitCode.Unavailable,
                $"A gateway is running on {targets.DataFolder}: stop it first. 'log verify' works beside it.");
        }

        var plan = Run(output, targets, isApplied, isLive);

        // One that was started meanwhile has changed files that were taken for still.
        return !isApplied && !isLive && targets.IsLive ? Run(output, targets, isApplied: false, isLive: true) : plan;
    }

    private static Plan Run(CommandOutput output, LogTargets targets, bool isApplied, bool isLive)
    {
        var readings = LogRepair.ReadingsMax * (isApplied || isLive ? 2 : 1);
        var sizes = targets.MeasureFiles();
        using var progress = new ProgressLine(output, isShown: true, sizes.Sum() * (1 + readings));
        foreach (var target in targets.All)
        {
            RefuseUnreadable(target, isLive, progress);
        }

        using var folderLock = isApplied ? targets.Lock() : null;
        var suffix = TimeProvider.System.GetUtcNow().ToString(
            "'.before-repair-'yyyyMMdd'T'HHmmssfff'Z'", CultureInfo.InvariantCulture);
        var reports = new List<RepairReport>();
        for (var i = 0; i < sizes.Length; i++)
        {
            var target = targets.All[i];
            var left = sizes[i] * readings;
            void OnRead(string path, long size)
            {
                left -= size;
                progress.Add(size, $"{target.Name}/{Path.GetFileName(path)}");
            }

            reports.Add((isApplied, isLive) switch
            {
                (true, _) => LogRepair.Apply(new NativeDisk(), target.Folder, suffix, target.Encryption, OnRead),
                (_, true) => LogRepair.TryLive(new ReadOnlyDisk(), target.Folder, target.Encryption, OnRead),
                _ => LogRepair.Try(new ReadOnlyDisk(), target.Folder, target.Encryption, OnRead),
            });

            // Where nothing is wrong, nothing is read again.
            progress.Add(Math.Max(0, left), target.Name);
        }

        return new Plan(reports, isApplied, isLive);
    }

    /// <summary>A device that loses sectors is not written to: what it still has is worth more than a repair.</summary>
    private static void RefuseUnreadable(LogTarget target, bool isLive, ProgressLine progress)
    {
        foreach (var path in Directory.GetFiles(target.Folder, "*.log"))
        {
            var name = $"{target.Name}/{Path.GetFileName(path)}";
            try
            {
                if (ReadOnlyDisk.FindUnreadable(path, count => progress.Add(count, name)) is { } offset)
                {
                    throw new CommandException(
                        ExitCode.InputOutput,
                        $"{path}: the device cannot read byte {offset}. Nothing was changed: copy the folder to "
                            + "another disk, with zeros for what cannot be read (ddrescue), and repair it there.");
                }
            }
            catch (FileNotFoundException) when (isLive)
            {
                // Let go at this moment.
            }
        }
    }

    private static void Write(CommandOutput output, LogTargets targets, Plan plan)
    {
        if (plan.IsLive)
        {
            output.Out.WriteLine(
                "A gateway is running here: this is what a repair would do if it stopped at this moment. What it is "
                    + "writing is left out.");
        }

        for (var i = 0; i < plan.Reports.Count; i++)
        {
            var report = plan.Reports[i];
            if (report.Steps.Count + report.Remaining.Count + report.Undecided.Count > 0)
            {
                output.Out.WriteLine(targets.All[i].Name);
                WriteLog(output.Out, report, plan.IsApplied);
            }
        }

        output.Out.WriteLine(plan switch
        {
            { HasSteps: false } => "There is nothing to repair.",
            { IsApplied: true } => "Done. Copies of the changed files are kept beside them.",
            { IsLive: true } =>
                "Nothing was changed. Stop the gateway and write --apply to do it; changed files are copied before.",
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

        foreach (var undecided in report.Undecided)
        {
            output.WriteLine($"  The gateway may still see to it itself: {undecided}");
        }
    }

    private static void Print(CommandOutput output, LogTargets targets, Plan plan) =>
        JsonText.Print(output.Out, json =>
        {
            json.WriteBoolean("applied", plan.IsApplied);
            json.WriteBoolean("live", plan.IsLive);
            json.WriteStartArray("logs");
            for (var i = 0; i < plan.Reports.Count; i++)
            {
                var report = plan.Reports[i];
                json.WriteStartObject();
                JsonText.Write(json, targets.All[i]);
                JsonText.Write(json, "steps", report.Steps);
                JsonText.Write(json, report.Changes);
                JsonText.Write(json, "copies", report.Copies);
                JsonText.Write(json, report.Remaining);
                JsonText.Write(json, "undecided", report.Undecided);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });

    /// <summary>What was found, log by log.</summary>
    private sealed record Plan(List<RepairReport> Reports, bool IsApplied, bool IsLive)
    {
        public bool HasSteps => Reports.Exists(report => report.Steps.Count > 0);

        public bool IsDone =>
            Reports.TrueForAll(report => report.Remaining.Count == 0) && (IsApplied || !HasSteps);
    }
}
