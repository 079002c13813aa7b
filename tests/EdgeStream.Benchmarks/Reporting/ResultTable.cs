using System.Globalization;
using System.Text;

namespace EdgeStream.Benchmarks.Reporting;

/// <summary>Results as a Markdown table, which also reads well on a console.</summary>
internal static class ResultTable
{
    private static readonly string[] Header = ["", "value", "unit", "peer", "peer's value", "ratio", "goal", "met"];

    /// <summary>The table with its machine above it. Columns in which no row has anything are left out.</summary>
    public static string Format(AreaResult result)
    {
        string[][] lines = [Header, .. result.Rows.Select(Cells)];
        int[] columns = [.. Enumerable.Range(0, Header.Length).Where(
            column => lines.Skip(1).Any(line => line[column].Length > 0))];
        int[] widths = [.. columns.Select(column => lines.Max(line => line[column].Length))];

        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{result.Machine}\n\n");
        for (var index = 0; index < lines.Length; index++)
        {
            AppendLine(text, [.. columns.Select((column, place) => lines[index][column].PadRight(widths[place]))]);
            if (index == 0)
            {
                AppendLine(text, [.. widths.Select(width => new string('-', width))]);
            }
        }

        return text.ToString();
    }

    private static void AppendLine(StringBuilder text, string[] cells) =>
        text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");

    private static string[] Cells(ResultRow row) =>
    [
        row.Name, Number(row.Value), row.Unit, row.Peer ?? "", Number(row.PeerValue), Number(row.Ratio), row.Goal ?? "",
        row.Met switch { true => "yes", false => "NO", null => "" },
    ];

    private static string Number(double? value) => value switch
    {
        null => "",
        >= 1000 or <= -1000 => value.Value.ToString("#,0", CultureInfo.InvariantCulture),
        _ => value.Value.ToString("0.###", CultureInfo.InvariantCulture),
    };
}
