using System.Globalization;
using System.Text;
using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>The columns that were found in the newest records of a stream.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="Records">How many records were looked at.</param>
/// <param name="Columns">The columns, in the order in which they first come; their mappings are paths.</param>
public sealed record DiscoveredSchema(string Stream, int Records, IReadOnlyList<QueryInputColumn> Columns)
{
    /// <summary>The statement that declares the stream with these columns, over several lines; null where there are
    /// none.</summary>
    /// <remarks>What is not a member of its name has its path as a description. Where records have several kinds of
    /// values, the column is text.</remarks>
    public string? ToSql()
    {
        if (Columns.Count == 0)
        {
            return null;
        }

        var names = UniqueNames();
        var width = names.Max(static name => name.Length);
        var builder = new StringBuilder("CREATE OR REPLACE STREAM ").Append(Quote(Stream)).Append(" (\n");
        for (var index = 0; index < Columns.Count; index++)
        {
            var column = Columns[index];
            builder.Append("    ").Append(names[index].PadRight(width)).Append(' ').Append(TypeOf(column));
            if (column.Mapping is { } path && path != "$." + column.Name)
            {
                builder.Append(" DESCRIPTION '").Append(path.Replace("'", "''", StringComparison.Ordinal)).Append('\'');
            }

            builder.Append(index < Columns.Count - 1 ? ",\n" : "\n");
        }

        return builder.Append(");").ToString();
    }

    private static string TypeOf(QueryInputColumn column) => column.Type is { Name: not SqlTypeName.Null } type
        ? type.ToString()
        : SqlDataType.Of(SqlType.Text).ToString();

    private static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>Two paths can come to one name: the later ones get a number.</summary>
    private List<string> UniqueNames()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var names = new List<string>();
        foreach (var column in Columns)
        {
            var name = column.Name;
            for (var number = 2; !seen.Add(name); number++)
            {
                name = string.Create(CultureInfo.InvariantCulture, $"{column.Name}_{number}");
            }

            names.Add(Quote(name));
        }

        return names;
    }
}
