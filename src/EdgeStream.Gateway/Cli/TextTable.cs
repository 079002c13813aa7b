namespace EdgeStream.Gateway.Cli;

/// <summary>Rows of text: aligned in columns for a person, separated by tabs for a program.</summary>
internal sealed class TextTable(params string[] headings)
{
    private const int Gap = 2;

    private readonly List<string[]> _rows = [];

    /// <summary>Adds a row with as many cells as there are headings.</summary>
    public void Add(params string[] cells) => _rows.Add(cells);

    /// <summary>Writes everything; the headings only for a person.</summary>
    public void Write(TextWriter output, bool isAligned)
    {
        if (!isAligned)
        {
            _rows.ForEach(row => output.WriteLine(string.Join('\t', row)));
            return;
        }

        var widths = headings.Select((heading, column) =>
            Math.Max(heading.Length, _rows.Count == 0 ? 0 : _rows.Max(row => row[column].Length))).ToArray();
        WriteRow(output, headings, widths);
        _rows.ForEach(row => WriteRow(output, row, widths));
    }

    /// <summary>Numbers stand right, words left.</summary>
    private static void WriteRow(TextWriter output, string[] cells, int[] widths)
    {
        for (var column = 0; column < cells.Length; column++)
        {
            var cell = cells[column];
            var isNumber = column > 0 && cell.Length > 0 && (char.IsAsciiDigit(cell[0]) || char.IsUpper(cell[0]));
            var isLast = column == cells.Length - 1;
            output.Write(isNumber ? cell.PadLeft(widths[column]) : isLast ? cell : cell.PadRight(widths[column]));
            output.Write(isLast ? "" : new string(' ', Gap));
        }

        output.WriteLine();
    }
}
