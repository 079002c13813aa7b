using System.Text;
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
}
