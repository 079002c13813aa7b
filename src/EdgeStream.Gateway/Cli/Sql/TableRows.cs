using System.Text.Json;
using EdgeStream.Gateway.Cli.Terminal;

namespace EdgeStream.Gateway.Cli.Sql;

/// <summary>Rows in columns for a person.</summary>
/// <remarks>The columns are as wide as the names, the types and the first <see cref="MeasuredMax"/> rows want; live, as
/// the first row wants. A text that is longer than <see cref="CellLengthMax"/> is cut. Nothing in a row moves the
/// terminal's cursor.</remarks>
internal sealed class TableRows(TextWriter output, bool isLive) : RowWriter(output, isLive)
{
    private const int MeasuredMax = 500;
    private const int CellLengthMax = 80;
    private const int TimestampWidth = 23;
    private const char ControlMark = '\u00b7';
    private const string Gap = "  ";

    private readonly List<string[]> _waiting = [];
    private SqlColumn[] _columns = [];
    private int[] _widths = [];
    private bool[] _isRight = [];
    private bool _hasBegun;

    /// <inheritdoc/>
    public override void Begin(SqlColumn[] columns)
    {
        _columns = columns;
        _widths = Array.ConvertAll(
            columns, column => Math.Max(
                Visible(column.Name).Length, column.Type == "TIMESTAMP" && IsLive ? TimestampWidth : 1));
        _isRight = Array.ConvertAll(columns, column => column.IsNumber);
    }

    /// <inheritdoc/>
    public override void Add(JsonElement row)
    {
        var cells = new string[_columns.Length];
        for (var index = 0; index < cells.Length; index++)
        {
            cells[index] = CellOf(row[index]);
            _isRight[index] |= !_hasBegun && row[index].ValueKind == JsonValueKind.Number;
        }

        if (_hasBegun)
        {
            Write(cells);
            return;
        }

        _waiting.Add(cells);
        if (IsLive || _waiting.Count == MeasuredMax)
        {
            WriteWaiting();
        }
    }

    /// <inheritdoc/>
    public override void End()
    {
        if (!_hasBegun)
        {
            WriteWaiting();
        }

        base.End();
    }

    private void WriteWaiting()
    {
        _hasBegun = true;
        foreach (var cells in _waiting)
        {
            for (var index = 0; index < cells.Length; index++)
            {
                _widths[index] = Math.Max(_widths[index], cells[index].Length);
            }
        }

        Write(Array.ConvertAll(_columns, column => Visible(column.Name)));
        Write(Array.ConvertAll(_widths, width => new string('-', width)));
        _waiting.ForEach(Write);
        _waiting.Clear();
    }

    private void Write(string[] cells)
    {
        for (var index = 0; index < cells.Length; index++)
        {
            var isLast = index == cells.Length - 1;
            Text.Append(index > 0 ? Gap : "").Append(
                _isRight[index] ? cells[index].PadLeft(_widths[index])
                : isLast ? cells[index]
                : cells[index].PadRight(_widths[index]));
        }

        EndRow();
    }

    private static string CellOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => "NULL",
        JsonValueKind.True => "TRUE",
        JsonValueKind.False => "FALSE",
        JsonValueKind.String => Visible(value.GetString()!),
        _ => value.GetRawText(),
    };

    private static string Visible(string text)
    {
        var shown = text.Length > CellLengthMax ? string.Concat(text.AsSpan(0, CellLengthMax - 1), "…") : text;
        return VisibleText.Of(shown, ControlMark);
    }
}
