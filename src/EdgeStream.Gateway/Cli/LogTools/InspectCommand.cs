using System.CommandLine;

namespace EdgeStream.Gateway.Cli.LogTools;

/// <summary><c>edgestream log inspect</c>: what is in a folder.</summary>
internal static class InspectCommand
{
    private const int RecordsDefault = 20;

    /// <summary>Command lines for the help.</summary>
    public static readonly string[] Examples =
    [
        "edgestream log inspect",
        "edgestream log inspect --stream readings --frames",
        "edgestream log inspect --stream readings --from 1000 --limit 3 --hex",
        "edgestream log inspect --json | jq '.logs[].findings'",
    ];

    /// <summary>The command.</summary>
    public static Command Create(CommandOutput output)
    {
        var options = new LogOptions(RecordsDefault);
        var records = new Option<bool>("--records", "-r")
        {
            Description = $"Show records, the oldest {RecordsDefault} unless a range is given.",
        };
        var frames = new Option<bool>("--frames") { Description = "Show every frame: one commit, or 64 KiB of one." };
        var hex = new Option<bool>("--hex") { Description = "Show values in hexadecimal." };
        return options.ToCommand(
            "inspect",
            "Show segments, headers, indexes, frames and records, and what the next start would conclude.",
            output,
            [records, frames, hex],
            parsed =>
            {
                var range = parsed.GetValue(records) || options.HasRange(parsed) ? options.Range(parsed) : null;
                var targets = options.Targets(parsed);

                // Only for frames all of the log is read.
                var hasFrames = parsed.GetValue(frames);
                using var progress = new ProgressLine(
                    output, hasFrames, hasFrames ? targets.MeasureFiles().Sum() : 0);
                var view = new LogView
                {
                    Range = range, HasFrames = hasFrames, IsHex = parsed.GetValue(hex), Progress = progress,
                };
                return Inspect(output, targets, view, options.IsJson(parsed));
            });
    }

    private static int Inspect(CommandOutput output, LogTargets targets, LogView view, bool isJson)
    {
        var isUnreadable = false;
        if (isJson)
        {
            JsonText.PrintLogs(output.Out, targets, (json, at) =>
            {
                using var look = targets.Open(targets.All[at]);
                view.Write(json, targets.All[at], look);
                isUnreadable |= look.TellUnreadable(output);
            });
            return isUnreadable ? ExitCode.Damaged : ExitCode.Ok;
        }

        if (targets.IsLive)
        {
            output.Out.WriteLine("A gateway is running here: this is how it stands at this moment.");
        }

        foreach (var target in targets.All)
        {
            using var look = targets.Open(target);
            view.Write(output, target, look);
            isUnreadable |= look.TellUnreadable(output);
        }

        return isUnreadable ? ExitCode.Damaged : ExitCode.Ok;
    }
}
