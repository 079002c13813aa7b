using System.Text.Json;

namespace EdgeStream.Gateway.Cli.Sql;

/// <summary>Rows as CSV of RFC 4180, names first; NULL is nothing, and a text without characters is
/// <c>""</c>.</summary>
internal sealed class CsvRows(TextWriter output, bool isLive) : RowWriter(output, isLive)
{
    private static readonly System.Buffers.SearchValues<char> Quoted =
        System.Buffers.SearchValues.Create(",\"\r\n");

    /// <inheritdoc/>
    public override void Begin(SqlColumn[] columns)
    {
        for (var index = 0; index < columns.Length; index++)
        {
            Separate(index);
            Append(columns[index].Name);
        }

        EndRow();
    }

    /// <inheritdoc/>
    public override void Add(JsonElement row)
    {
        var index = 0;
        foreach (var value in row.EnumerateArray())
        {
            Separate(index++);
            switch (value.ValueKind)
            {
                case JsonValueKind.Null:
                    break;
                case JsonValueKind.String:
                    Append(value.GetString()!);
                    break;
                default:
                    Text.Append(value.GetRawText());
                    break;
            }
        }

        EndRow();
    }

    private void Separate(int index)
    {
        if (index > 0)
        {
            Text.Append(',');
        }
    }

    private void Append(string text)
    {
        if (text.Length > 0 && text.AsSpan().IndexOfAny(Quoted) < 0)
        {
            Text.Append(text);
            return;
        }

        Text.Append('"').Append(text.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
    }
}
