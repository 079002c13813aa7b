using System.CommandLine;
using System.Globalization;
using EdgeStream.Gateway.Config;

namespace EdgeStream.Gateway.Cli.LogTools;

/// <summary><c>edgestream log verify</c>: reads and checks every byte.</summary>
internal static class VerifyCommand
{
    /// <summary>Command lines for the help.</summary>
    public static readonly string[] Examples =
    [
        "edgestream log verify",
        "edgestream log verify /var/lib/edgestream --stream readings || echo look at it",
        "edgestream log verify /mnt/card --json | jq '.logs[].damage'",
    ];

    /// <summary>The command.</summary>
    public static Command Create(CommandOutput output)
    {
        var options = new LogOptions();
        return options.ToCommand(
            "verify",
            "Read and check every byte of every segment and index, and say what is damaged, where, and which records "
                + "that cost. Exits with 65 when something is.",
            output,
            [],
            parsed => Verify(output, options.Targets(parsed), options.IsJson(parsed)));
    }

    private static int Verify(CommandOutput output, LogTargets targets, bool isJson)
    {
        using var progress = new ProgressLine(output, isShown: true, targets.MeasureFiles().Sum());
        var results = new List<LogVerification>();
        foreach (var target in targets.All)
        {
            var verification = new LogVerification(target);
            verification.Run(targets, progress, line =>
            {
                if (!isJson)
                {
                    progress.Clear();
                    output.Out.WriteLine(line);
                }
            });
            results.Add(verification);
        }

        progress.Clear();
        if (isJson)
        {
            Print(output, targets, results, progress);
        }
        else
        {
            Summarize(output, targets, results, progress);
        }

        return results.TrueForAll(result => result.IsClean) ? ExitCode.Ok : ExitCode.Damaged;
    }

    private static void Summarize(
        CommandOutput output, LogTargets targets, List<LogVerification> results, ProgressLine progress)
    {
        var counts = new Totals(results);
        var rate = (long)(progress.DoneBytes / Math.Max(0.001, progress.Elapsed.TotalSeconds));
        var conclusion = counts.Problems == 0
            ? "all is right."
            : $"{counts.Problems} problems, {counts.LostRecords} records lost.";
        var live = targets.IsLive ? "A gateway is running here: this is how it stood. " : "";
        output.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{live}Verified {counts.Segments} segments, {SizeText.Round(progress.DoneBytes)} in "
                + $"{progress.Elapsed.TotalSeconds:0.0} s ({SizeText.Round(rate)}/s): {counts.Records} records, "
                + $"{conclusion}"));
    }

    private static void Print(
        CommandOutput output, LogTargets targets, List<LogVerification> results, ProgressLine progress)
    {
        var counts = new Totals(results);
        JsonText.Print(output.Out, json =>
        {
            json.WriteBoolean("clean", counts.Problems == 0);
            json.WriteBoolean("live", targets.IsLive);
            json.WriteNumber("segments", counts.Segments);
            json.WriteNumber("records", counts.Records);
            json.WriteNumber("lostRecords", counts.LostRecords);
            json.WriteNumber("readBytes", progress.DoneBytes);
            json.WriteNumber("seconds", Math.Round(progress.Elapsed.TotalSeconds, 3));
            json.WriteStartArray("logs");
            foreach (var result in results)
            {
                result.Write(json);
            }

            json.WriteEndArray();
        });
    }

    private sealed class Totals
    {
        public Totals(List<LogVerification> results)
        {
            foreach (var result in results)
            {
                Segments += result.Reports.Count;
                Problems += result.Problems.Count;
                LostRecords += result.LostRecords;
                Records += result.Records;
            }
        }

        public long Segments { get; }

        public long Problems { get; }

        public long LostRecords { get; }

        public long Records { get; }
    }
}
