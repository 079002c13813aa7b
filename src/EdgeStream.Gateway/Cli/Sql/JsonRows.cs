using System.Text.Json;
using EdgeStream.Gateway.Http;

namespace EdgeStream.Gateway.Cli.Sql;

/// <summary>Rows as JSON, an object a line, as an output of a query appends them.</summary>
internal sealed class JsonRows(TextWriter output, bool isLive) : RowWriter(output, isLive)
{
    private string[] _names = [];

    /// <inheritdoc/>
    public override void Begin(SqlColumn[] columns) => _names = Array.ConvertAll(
        columns,
        column => $"\"{JsonEncodedText.Encode(column.Name, JsonReply.WriterOptions.Encoder)}\":");

    /// <inheritdoc/>
    public override void Add(JsonElement row)
    {
        Text.Append('{');
        for (var index = 0; index < _names.Length; index++)
        {
            Text.Append(index > 0 ? "," : "").Append(_names[index]).Append(row[index].GetRawText());
        }

        Text.Append('}');
        EndRow();
    }
}
