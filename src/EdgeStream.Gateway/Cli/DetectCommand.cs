using System.CommandLine;
using System.Globalization;
using EdgeStream.Analytics.Detection;

namespace EdgeStream.Gateway.Cli;

/// <summary><c>edgestream detect</c>: scores the values of a CSV by how unusual they are, as they come.</summary>
internal static class DetectCommand
{
    /// <summary>Command lines for the help.</summary>
    public static readonly string[] Examples =
    [
        "edgestream detect < in.csv > out.csv",
        "edgestream detect --file in.csv --alerts-only --explain",
        "tail -n +1 -f in.csv | edgestream detect --alerts-only",
    ];

    /// <summary>The command.</summary>
    public static Command Create(CommandOutput output)
    {
        var file = new Option<string?>("--file", "-f")
        {
            Description = "Read this file instead of standard input.", HelpName = "FILE",
        };
        var isAlertsOnly = new Option<bool>("--alerts-only", "-a")
        {
            Description = "Write only the rows whose score reaches the threshold.",
        };
        var threshold = new Option<double>("--threshold", "-t")
        {
            Description = "The score of an alert, 0 to 1.",
            HelpName = "SCORE",
            DefaultValueFactory = _ => AnomalyDetector.AlertScore,
            CustomParser = result =>
            {
                var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
                if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var score)
                    && score is >= 0 and <= 1)
                {
                    return score;
                }

                result.AddError($"--threshold: '{text}' is no score; write a number from 0 to 1, like 0.5.");
                return 0;
            },
        };
        var isExplained = new Option<bool>("--explain", "-e")
        {
            Description = "Add a column that says of each alert what was unusual.",
        };
        var command = new Command(
            "detect",
            "Score each value of a CSV with the columns timestamp and value, from 0 to 1, by how unusual it is after "
                + "those before it. A line that can't be read is named on standard error, left out, and ends the "
                + "command with 65; an empty value or NaN is missing and scores 0.")
        {
            file, isAlertsOnly, threshold, isExplained,
        };
        command.SetAction((parsed, cancellationToken) => CommandGuard.RunAsync(output, async () =>
        {
            await using var input = parsed.GetValue(file) is { } name ? File.OpenRead(name) : output.In();
            var lowestShown = parsed.GetValue(isAlertsOnly) ? parsed.GetValue(threshold) : 0;
            var scoring = new SeriesScoring(
                output, lowestShown, parsed.GetValue(isExplained) ? parsed.GetValue(threshold) : null);
            return await scoring.RunAsync(input, cancellationToken);
        }));
        return command;
    }
}
