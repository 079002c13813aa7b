using System.Text.Json;

namespace EdgeStream.Gateway.Cli.Sql;

/// <summary>A column of a result.</summary>
/// <param name="Name">The name.</param>
/// <param name="Type">The type as SQL writes it; null where each row decides.</param>
internal sealed record SqlColumn(string Name, string? Type)
{
    private static readonly string[] NumberTypes =
        ["TINYINT", "SMALLINT", "INTEGER", "BIGINT", "DECIMAL", "REAL", "DOUBLE"];

    /// <summary>Whether its values are numbers.</summary>
    public bool IsNumber => Type is { } type && Array.Exists(
        NumberTypes, name => type.StartsWith(name, StringComparison.Ordinal));

    /// <summary>Those of a member <c>columns</c>.</summary>
    public static SqlColumn[] ListOf(JsonElement json)
    {
        var list = json.GetProperty("columns");
        var columns = new SqlColumn[list.GetArrayLength()];
        for (var index = 0; index < columns.Length; index++)
        {
            columns[index] = new SqlColumn(
                list[index].GetProperty("name").GetString()!, list[index].GetProperty("type").GetString());
        }

        return columns;
    }
}
