using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>A column of an input.</summary>
/// <param name="Name">The name, in the case it stands for in the query.</param>
/// <param name="Type">The declared type; null where each record decides.</param>
/// <param name="Mapping">Where it stands in a JSON record: <c>$.motor.rpm</c>. Null for a member of the
/// column's name, as
/// it is or in lower case; of no use for CSV and regular expressions, whose fields come in the order of the
/// columns.</param>
public sealed record QueryInputColumn(string Name, SqlDataType? Type, string? Mapping = null)
{
    /// <summary>The column as it is read.</summary>
    /// <exception cref="ArgumentException">The mapping is no path.</exception>
    internal SourceColumn ToSource(int position)
    {
        if (Mapping is null)
        {
            var lower = Name.ToLowerInvariant();
            return new SourceColumn(
                Name,
                Type,
                ColumnOrigin.Data,
                lower == Name ? [new ColumnPath([Name])] : [new ColumnPath([Name]), new ColumnPath([lower])],
                position);
        }

        var text = Mapping.StartsWith("$.", StringComparison.Ordinal) ? Mapping[2..] : Mapping;
        return ColumnPath.TryParse(text, out var path)
            ? new SourceColumn(Name, Type, ColumnOrigin.Data, [path], position)
            : throw new ArgumentException(
                $"The mapping {Mapping} of column {Name} is no path. Write it as $.motor.rpm.");
    }
}
