using System.Text;

namespace EdgeStream.Delivery;

/// <summary>What columns a delivery can have.</summary>
internal static class ColumnRules
{
    /// <summary>Adds what is wrong with the columns of a definition.</summary>
    public static void AddErrors(List<DefinitionError> errors, DeliveryDefinition definition)
    {
        const string Member = nameof(DeliveryDefinition.Columns);
        var columns = definition.Columns;
        if (definition.Format is not (RecordFormat.Csv or RecordFormat.Parquet))
        {
            if (columns.Count > 0)
            {
                errors.Add(new(Member, "are for the formats csv and parquet only."));
            }

            return;
        }

        if (definition.Format == RecordFormat.Csv && columns.Count == 0)
        {
            errors.Add(new(Member, "are missing: csv needs a list of columns, each with a name, and with a path or "
                + "field where that is not the name of a member of the data."));
        }

        if (columns.Count > ColumnLayout.CountMax)
        {
            errors.Add(new(Member, $"are {columns.Count}: at most {ColumnLayout.CountMax} are allowed."));
            return;
        }

        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var count = errors.Count;
        foreach (var column in columns)
        {
            if (ProblemOf(column, definition.Format) is { } problem)
            {
                errors.Add(new(Member, $"'{column.Name}' {problem}"));
            }
            else if (!names.Add(column.Name))
            {
                errors.Add(new(Member, $"'{column.Name}' is there twice; case makes no difference to many readers."));
            }
        }

        if (errors.Count == count
            && Encoding.UTF8.GetByteCount(ColumnLayout.TextOf(ColumnLayout.Of(definition))) > ColumnLayout.TextBytesMax)
        {
            errors.Add(new(Member, $"have names and paths of more than {ColumnLayout.TextBytesMax} bytes together."));
        }
    }

    /// <summary>Adds what is wrong with the columns of a table of a database.</summary>
    public static void AddTableErrors(List<DefinitionError> errors, string member, ColumnList columns)
    {
        if (columns.Count is 0 or > ColumnLayout.CountMax)
        {
            errors.Add(new(member, $"are {columns.Count}: 1 to {ColumnLayout.CountMax} are allowed, each with a name, "
                + "and with a path or field where that is not the name of a member of the data."));
            return;
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var column in columns)
        {
            var problem = ProblemOf(column)
                ?? (Encoding.UTF8.GetByteCount(column.Name) > PostgresName.LengthBytesMax
                    ? $"is longer than {PostgresName.LengthBytesMax} bytes."
                    : column is { Field: { } field, Type: { } type } ? FieldProblemOf(field, type)
                    : null)
                ?? (names.Add(column.Name) ? null : "is there twice.");
            if (problem is not null)
            {
                errors.Add(new(member, $"'{column.Name}' {problem}"));
            }
        }
    }

    private static string? ProblemOf(ColumnDefinition column)
    {
        if (column.Name.Length == 0 || Encoding.UTF8.GetByteCount(column.Name) > ColumnDefinition.NameBytesMax
            || column.Name.Any(char.IsControl))
        {
            return $"is no name: 1 to {ColumnDefinition.NameBytesMax} bytes without control characters are allowed.";
        }

        if (column.Path is not null && column.Field is not null)
        {
            return "has a path and a field: a value is in the data, or of the record.";
        }

        if (column.Path is { } path
            && (path.Length == 0 || path.Any(char.IsControl) || !ColumnPath.TryParse(path, out _)))
        {
            return $"has '{path}', which is no path: write it like a.b[0] or $.a['b.c'].";
        }

        return null;
    }

    private static string? FieldProblemOf(RecordField field, ColumnType type) =>
        LayoutColumn.CanBe(field, type) ? null
            : $"cannot be {ColumnWords.Of(type)}: {ColumnWords.Of(field)} is "
                + $"{ColumnWords.Of(LayoutColumn.TypeOf(field))}.";

    private static string? ProblemOf(ColumnDefinition column, RecordFormat format)
    {
        if (ProblemOf(column) is { } problem)
        {
            return problem;
        }

        if (format == RecordFormat.Csv)
        {
            return column.Type is null ? null : "has a type, which is for parquet: csv has text only.";
        }

        if (column.Field is { } field)
        {
            return column.Type is { } type ? FieldProblemOf(field, type) : null;
        }

        return column.Type is null
            ? $"has no type: parquet needs one of {string.Join(", ", ColumnWords.Types)}." : null;
    }
}
