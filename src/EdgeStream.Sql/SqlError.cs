using System.Text;

namespace EdgeStream.Sql;

/// <summary>What is wrong with a text, where, and what to do about it.</summary>
/// <param name="Primary">One line: what is wrong.</param>
/// <param name="Detail">What was found or expected; null when the primary line says it all.</param>
/// <param name="Hint">What to write instead; null when there is no good guess.</param>
/// <param name="Text">The whole text.</param>
/// <param name="Offset">Where the offending part starts, in UTF-16 code units from 0; the text's length at its
/// end.</param>
/// <param name="Length">How many code units the offending part has, at least 1.</param>
public sealed record SqlError(string Primary, string? Detail, string? Hint, string Text, int Offset, int Length)
{
    /// <summary>The line of the offending part, from 1.</summary>
    public int Line => Text.AsSpan(0, Offset).Count('\n') + 1;

    /// <summary>The column of the offending part within its line, from 1.</summary>
    public int Column => Offset - LineStart + 1;

    private int LineStart => Offset == 0 ? 0 : Text.LastIndexOf('\n', Offset - 1) + 1;

    /// <summary>The error over several lines, with the offending part underlined.</summary>
    public override string ToString()
    {
        var start = LineStart;
        var end = Text.IndexOf('\n', Offset);
        var line = Text.AsSpan(start, (end < 0 ? Text.Length : end) - start);
        var marks = Math.Clamp(Length, 1, Math.Max(1, line.Length - (Offset - start)));
        var builder = new StringBuilder()
            .Append(Primary).Append(" (line ").Append(Line).Append(", column ").Append(Column).Append(")\n  ")
            .Append(line).Append("\n  ").Append(' ', Offset - start).Append('^', marks);
        if (Detail is not null)
        {
            builder.Append("\nDetail: ").Append(Detail);
        }

        if (Hint is not null)
        {
            builder.Append("\nHint: ").Append(Hint);
        }

        return builder.ToString();
    }
}
