using System.Text;
using System.Text.Json;
using EdgeStream.Sql;
using EdgeStream.Storage;

namespace EdgeStream.Analytics;

/// <summary>One row of a query as a callback sees it; its text is valid until the callback returns.</summary>
public readonly ref struct QueryRow
{
    private readonly RowBuffer _row;

    internal QueryRow(RowBuffer row, IReadOnlyList<QueryColumn> columns)
    {
        _row = row;
        Columns = columns;
    }

    /// <summary>The columns.</summary>
    public IReadOnlyList<QueryColumn> Columns { get; }

    /// <summary>The row's ROWTIME.</summary>
    public Timestamp Rowtime => new(_row.Rowtime);

    /// <summary>The value of a column.</summary>
    public SqlValue this[int column] => _row[column];

    /// <summary>A column's value as a person reads it: numbers and texts as they are, times as SQL writes them,
    /// <c>NULL</c>.</summary>
    public string TextOf(int column)
    {
        var text = new StringBuilder();
        RowText.Append(text, _row[column]);
        return text.ToString();
    }

    /// <summary>Writes the values as a JSON array: numbers are exact, dates and times are texts as SQL writes them,
    /// binaries are in base 64.</summary>
    /// <param name="writer">Where they go.</param>
    /// <param name="hasRowtime">Whether ROWTIME stands before them.</param>
    public void WriteArray(Utf8JsonWriter writer, bool hasRowtime)
    {
        writer.WriteStartArray();
        if (hasRowtime)
        {
            RowJson.Write(writer, SqlValue.OfTimestamp(_row.Rowtime));
        }

        for (var column = 0; column < Columns.Count; column++)
        {
            RowJson.Write(writer, _row[column]);
        }

        writer.WriteEndArray();
    }
}
