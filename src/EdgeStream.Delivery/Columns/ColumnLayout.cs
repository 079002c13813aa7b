using System.Text;

namespace EdgeStream.Delivery;

/// <summary>The columns of an object, and what else it takes to write it again as it was.</summary>
/// <remarks>
/// Its text stands in the ledger: a line of flags, <c>h</c> for a header line and <c>o</c> where columns are
/// discovered, then a line for each column: name, type, <c>1</c> where it is required, and <c>#</c> with the field or
/// the path, with tabs between them. Immutable.
/// </remarks>
/// <param name="Columns">The columns in their order.</param>
/// <param name="HasHeader">Whether CSV begins with their names.</param>
/// <param name="IsOpen">Whether columns are found in the data, which then are objects.</param>
internal sealed record ColumnLayout(IReadOnlyList<LayoutColumn> Columns, bool HasHeader, bool IsOpen)
{
    /// <summary>How many columns there may be.</summary>
    public const int CountMax = 256;

    /// <summary>How long the text may be, in bytes.</summary>
    public const int TextBytesMax = 16 << 10;

    private const char HeaderFlag = 'h';
    private const char OpenFlag = 'o';
    private const char FieldMark = '#';

    /// <summary>The layout of a delivery; null where its format has none.</summary>
    public static ColumnLayout? Of(DeliveryDefinition definition)
    {
        var isCsv = definition.Format == RecordFormat.Csv;
        if (!isCsv && definition.Format != RecordFormat.Parquet)
        {
            return null;
        }

        var columns = new List<LayoutColumn>();
        foreach (var column in definition.Columns)
        {
            var type = column.Field is not { } field ? column.Type ?? ColumnType.String
                : isCsv && field == RecordField.Data ? ColumnType.String
                : column.Type ?? LayoutColumn.TypeOf(field);
            columns.Add(new LayoutColumn(
                column.Name,
                isCsv && column.Field is null ? ColumnType.String : type,
                column.IsRequired || column.Field is not (null or RecordField.SubSequence),
                column.Field,
                column.Field is null ? PathOf(column) : ""));
        }

        if (columns.Count > 0)
        {
            return new ColumnLayout(columns, isCsv && definition.HasHeader, IsOpen: false);
        }

        foreach (var field in Enum.GetValues<RecordField>())
        {
            if (field is not (RecordField.Data or RecordField.Historical))
            {
                columns.Add(LayoutColumn.Of(field));
            }
        }

        return new ColumnLayout(columns, HasHeader: false, IsOpen: true);
    }

    /// <summary>The layout of a table's columns: what has no type is text.</summary>
    public static ColumnLayout Of(ColumnList table)
    {
        var columns = new List<LayoutColumn>();
        foreach (var column in table)
        {
            var type = column.Type
                ?? (column.Field is { } field && field != RecordField.Data ? LayoutColumn.TypeOf(field)
                    : ColumnType.String);
            columns.Add(new LayoutColumn(
                column.Name, type, column.IsRequired, column.Field, column.Field is null ? PathOf(column) : ""));
        }

        return new ColumnLayout(columns, HasHeader: false, IsOpen: false);
    }

    /// <summary>The text of a layout; empty for none.</summary>
    public static string TextOf(ColumnLayout? layout)
    {
        if (layout is null)
        {
            return "";
        }

        var text = new StringBuilder();
        text.Append(layout.HasHeader ? "h" : "").Append(layout.IsOpen ? "o" : "").Append('\n');
        foreach (var column in layout.Columns)
        {
            text.Append(column.Name).Append('\t').Append(ColumnWords.Of(column.Type)).Append('\t')
                .Append(column.IsRequired ? '1' : '0').Append('\t')
                .Append(column.Field is { } field ? FieldMark + ColumnWords.Of(field) : column.Path).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>The layout that a text is of; null for an empty one.</summary>
    /// <exception cref="InvalidDataException">The text is none of a layout.</exception>
    public static ColumnLayout? Read(string text)
    {
        if (text.Length == 0)
        {
            return null;
        }

        var lines = text.Split('\n');
        var columns = new List<LayoutColumn>();
        for (var i = 1; i < lines.Length - 1; i++)
        {
            columns.Add(ReadColumn(lines[i]));
        }

        return lines.Length > 1 && lines[^1].Length == 0
            ? new ColumnLayout(columns, lines[0].Contains(HeaderFlag), lines[0].Contains(OpenFlag))
            : throw new InvalidDataException($"The ledger has columns that do not end: '{lines[^1]}'.");
    }

    private static string PathOf(ColumnDefinition column) =>
        column.Path is not { } path ? ColumnPath.TextOf([column.Name])
        : path.StartsWith(FieldMark) ? "$." + path : path;

    private static LayoutColumn ReadColumn(string line)
    {
        var parts = line.Split('\t');
        if (parts.Length == 4 && ColumnWords.TypeOf(parts[1]) is { } type && parts[2] is ("0" or "1"))
        {
            var isField = parts[3].StartsWith(FieldMark);
            var field = isField ? ColumnWords.FieldOf(parts[3][1..]) : null;
            if (isField ? field is not null : ColumnPath.TryParse(parts[3], out _))
            {
                return new LayoutColumn(parts[0], type, parts[2] == "1", field, field is null ? parts[3] : "");
            }
        }

        throw new InvalidDataException($"The ledger has a column that is none: '{line}'.");
    }
}
