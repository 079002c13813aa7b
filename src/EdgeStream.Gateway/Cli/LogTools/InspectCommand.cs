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
        var options = new LogOptions();
        var range = new LogRange.Options(RecordsDefault);
        var records = new Option<bool>("--records", "-r")
        {
            Description = $"Show records, the oldest {RecordsDefault} unless a range is given.",
        };
        var frames = new Option<bool>("--frames") { Description = "Show every frame: one commit, or 64 KiB of one." };
        var hex = new Option<bool>("--hex") { Description = "Show values in hexadecimal." };
        var command = new Command(
            "inspect", "Show segments, headers, indexes, frames and records, and what the next start would conclude.");
        options.AddTo(command);
        range.AddTo(command);
        command.Options.Add(records);
        command.Options.Add(frames);
        command.Options.Add(hex);
        command.SetAction((parsed, _) => CommandGuard.RunAsync(output, () =>
        {
            var view = new LogView
            {
                Range = parsed.GetValue(records) || range.IsGiven(parsed) ? range.Range(parsed) : null,
                HasFrames = parsed.GetValue(frames),
                IsHex = parsed.GetValue(hex),
            };
            var targets = options.Targets(parsed);
            if (options.IsJson(parsed))
            {
                Print(output, targets, view);
                return Task.FromResult(ExitCode.Ok);
            }

            if (targets.IsLive)
            {
                output.Out.WriteLine("A gateway is running here: this is how it stands at this moment.");
            }

            foreach (var target in targets.All)
            {
                view.Write(output, target);
            }

            return Task.FromResult(ExitCode.Ok);
        }));
        return command;
    }

    private static void Print(CommandOutput output, LogTargets targets, LogView view) =>
        JsonText.Print(output.Out, json =>
        {
            json.WriteBoolean("live", targets.IsLive);
            json.WriteStartArray("logs");
            foreach (var target in targets.All)
            {
                view.Write(json, target);
            }

            json.WriteEndArray();
        });
}
