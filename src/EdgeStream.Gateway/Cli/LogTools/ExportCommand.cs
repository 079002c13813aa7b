using System.CommandLine;
using EdgeStream.Storage;

namespace EdgeStream.Gateway.Cli.LogTools;

/// <summary><c>edgestream log export</c>: the records, for other programs.</summary>
internal static class ExportCommand
{
    /// <summary>Command lines for the help.</summary>
    public static readonly string[] Examples =
    [
        "edgestream log export --stream readings > readings.jsonl",
        "edgestream log export --stream readings --from 2026-01-31T12:00:00Z --to 2026-01-31T13:00:00Z --format csv",
        "edgestream log export /mnt/card/streams/readings/shardId-000000000000 --from 1000 --limit 10 --format raw",
        "edgestream log export --stream readings --gap-lines --output readings.jsonl",
    ];

    /// <summary>The command.</summary>
    public static Command Create(CommandOutput output)
    {
        var options = new LogOptions(long.MaxValue);
        var format = new Option<string>("--format", "-f")
        {
            Description = "json: a line of JSON a record; csv; raw: the bytes of each value and a newline.",
            HelpName = "FORMAT",
            DefaultValueFactory = _ => RecordFormat.Json,
        };
        format.AcceptOnlyFromAmong(RecordFormat.Json, RecordFormat.Csv, RecordFormat.Raw);
        var file = new Option<string?>("--output", "-o")
        {
            Description = "Write to this new file instead of standard output.", HelpName = "FILE",
        };
        var gapLines = new Option<bool>("--gap-lines")
        {
            Description = "Write a line among the records where some are missing, not to standard error.",
        };
        return options.ToCommand(
            "export",
            "Write the records as JSON Lines, CSV or raw bytes, shard after shard. Missing records are named on "
                + "standard error and end the command with 65. --json is the default format.",
            output,
            [format, file, gapLines],
            parsed =>
            {
                var wanted = options.Range(parsed);
                var targets = options.Targets(parsed);
                var name = options.IsJson(parsed) ? RecordFormat.Json : parsed.GetValue(format)!;
                using var bytes = new OutputBytes(output, parsed.GetValue(file));
                var writer = new RecordFormat(bytes.Buffer, name);

                // Records that run over the screen show themselves how far it is.
                var isProgressShown = parsed.GetValue(file) is not null || !output.IsTerminal;
                return new Export(output, bytes, writer, parsed.GetValue(gapLines), isProgressShown)
                    .Run(targets, wanted);
            });
    }

    private sealed class Export(
        CommandOutput output, OutputBytes bytes, RecordFormat format, bool hasGapLines, bool isProgressShown)
    {
        private bool _isDamaged;

        public int Run(LogTargets targets, LogRange range)
        {
            // The state's records are no telemetry; who wants them names them.
            var wanted = targets.All.Where(target => !target.IsState || targets.All.Count == 1).ToList();
            var sizes = wanted.ConvertAll(target => target.MeasureFiles());
            using var progress = new ProgressLine(output, isProgressShown, sizes.Sum());
            format.Begin();
            for (var i = 0; i < wanted.Count; i++)
            {
                using var look = targets.Open(wanted[i]);
                Write(wanted[i], look, range, progress, sizes[i]);
                progress.Clear();
                _isDamaged |= look.TellUnreadable(output);
            }

            bytes.Flush();
            return _isDamaged ? ExitCode.Damaged : ExitCode.Ok;
        }

        private void Write(
            LogTarget target, LogLook look, LogRange range, ProgressLine progress, long filesBytes) => new RangeReading(
            range,
            look,
            (in LogRecord record) =>
            {
                format.Write(target, record);
                bytes.FlushIfFull();
            },
            gap => Tell(target, gap, progress),
            new RangeProgress(progress, target, filesBytes)).Run();

        private void Tell(LogTarget target, LogGap gap, ProgressLine progress)
        {
            _isDamaged = true;
            if (hasGapLines)
            {
                format.WriteGap(target, gap.First, gap.Last);
                return;
            }

            progress.Clear();
            var reason = gap.Reason == LogGapReason.Evicted ? "evicted" : "damaged";
            output.Error.WriteLine(
                $"edgestream: {target.Name}: records {gap.First} to {gap.Last} are missing: {reason}.");
        }
    }
}
