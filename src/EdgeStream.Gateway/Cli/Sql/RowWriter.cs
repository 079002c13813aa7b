using System.Text;
using System.Text.Json;

namespace EdgeStream.Gateway.Cli.Sql;

/// <summary>Writes the rows of a run.</summary>
/// <param name="output">Where they go.</param>
/// <param name="isLive">Whether each row is to be seen when it comes, and not a block of them at a time.</param>
internal abstract class RowWriter(TextWriter output, bool isLive)
{
    private const int BlockLength = 32 << 10;

    /// <summary>The formats by name.</summary>
    public static readonly string[] Formats = ["table", "csv", "json"];

    /// <summary>What is to be written.</summary>
    protected StringBuilder Text { get; } = new();

    /// <summary>Whether rows are seen as they come.</summary>
    protected bool IsLive => isLive;

    /// <summary>The writer of a format.</summary>
    public static RowWriter Create(string format, TextWriter output, bool isLive) => format switch
    {
        "csv" => new CsvRows(output, isLive),
        "json" => new JsonRows(output, isLive),
        _ => new TableRows(output, isLive),
    };

    /// <summary>Takes the columns.</summary>
    public abstract void Begin(SqlColumn[] columns);

    /// <summary>Takes a row: an array with a value a column.</summary>
    public abstract void Add(JsonElement row);

    /// <summary>Writes what is left.</summary>
    public virtual void End() => Flush();

    /// <summary>Called behind every row.</summary>
    protected void EndRow()
    {
        Text.Append('\n');
        if (isLive || Text.Length >= BlockLength)
        {
            Flush();
        }
    }

    private void Flush()
    {
        output.Write(Text.ToString());
        Text.Clear();
    }
}
