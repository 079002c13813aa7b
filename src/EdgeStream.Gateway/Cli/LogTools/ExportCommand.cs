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
                return new Export(output, bytes, writer, parsed.GetValue(gapLines)).Run(targets, wanted);
            });
    }

    private sealed class Export(CommandOutput output, OutputBytes bytes, RecordFormat format, bool hasGapLines)
    {
        private bool _isDamaged;

        public int Run(LogTargets targets, LogRange range)
        {
            format.Begin();
            foreach (var target in targets.All)
            {
                // The state's records are no telemetry; who wants them names them.
                if (!target.IsState || targets.All.Count == 1)
                {
                    using var look = targets.Open(target);
                    Write(target, look, range);
                    _isDamaged |= look.TellUnreadable(output);
                }
            }

            bytes.Flush();
            return _isDamaged ? ExitCode.Damaged : ExitCode.Ok;
        }

        private void Write(LogTarget target, LogLook look, LogRange range) => new RangeReading(
            range,
            look,
            (in LogRecord record) =>
            {
                format.Write(target, record);
                bytes.FlushIfFull();
            },
            gap => Tell(target, gap)).Run();

        private void Tell(LogTarget target, LogGap gap)
        {
            _isDamaged = true;
            if (hasGapLines)
            {
                format.WriteGap(target, gap.First, gap.Last);
                return;
            }

            var reason = gap.Reason == LogGapReason.Evicted ? "evicted" : "damaged";
            output.Error.WriteLine(
                $"edgestream: {target.Name}: records {gap.First} to {gap.Last} are missing: {reason}.");
        }
    }
}
