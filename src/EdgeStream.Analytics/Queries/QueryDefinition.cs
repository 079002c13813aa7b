using System.Security.Cryptography;
using System.Text;
using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>A continuous query: the statements of an application, and what they are connected with.</summary>
public sealed record QueryDefinition
{
    /// <summary>How long a name may be.</summary>
    public const int NameLengthMax = 128;

    /// <summary>The name: 1 to 128 letters, digits, <c>_</c>, <c>.</c> or <c>-</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The statements, in the dialect of Kinesis Data Analytics for SQL.</summary>
    public required string Sql { get; init; }

    /// <summary>What it reads. A stream that is read and not listed is read as it is, with default settings.</summary>
    public IReadOnlyList<QueryInput> Inputs { get; init; } = [];

    /// <summary>Which in-application streams go where.</summary>
    public IReadOnlyList<QueryOutput> Outputs { get; init; } = [];

    /// <summary>The tables that it joins.</summary>
    public IReadOnlyList<QueryReference> References { get; init; } = [];

    /// <summary>How many groups an aggregation, or partitions a sliding window, may hold; 1 to 1,000,000.</summary>
    public int GroupsMax { get; init; } = 100_000;

    /// <summary>How many rows a sliding window, a side of a join or a sort may hold; 1 to 10,000,000.</summary>
    public int RowsMax { get; init; } = 500_000;

    /// <summary>How many bytes of memory all of its state may take before it stops; 1 MiB to 16 GiB.</summary>
    public long MemoryBytesMax { get; init; } = 64L << 20;

    /// <summary>What is wrong with the text of the statements by itself; null if nothing is. Whether names and types
    /// fit shows when the query is put.</summary>
    public string? FindSyntaxProblem()
    {
        try
        {
            StatementParser.ParseScript(Sql);
            return null;
        }
        catch (SqlException problem)
        {
            return problem.Message;
        }
    }

    /// <summary>What decides over the meaning of saved state: another text begins anew.</summary>
    internal byte[] Fingerprint()
    {
        var builder = new StringBuilder(Sql);
        foreach (var input in Inputs)
        {
            builder.Append('\n').AppendJoin(
                '|', input.Stream, input.As, input.Format, input.FieldDelimiter, input.Pattern, input.Rowtime,
                input.Lateness.Ticks, input.IdleTimeout.Ticks);
            Append(builder, input.Columns);
        }

        foreach (var output in Outputs)
        {
            builder.Append('\n').AppendJoin('|', output.From, output.Stream, output.KeyColumn);
        }

        foreach (var table in References)
        {
            builder.Append('\n').AppendJoin(
                '|', table.Name, table.Path, table.Format, table.FieldDelimiter, table.HasHeader);
            Append(builder, table.Columns);
        }

        builder.Append('\n').Append(GroupsMax).Append(' ').Append(RowsMax);
        return SHA256.HashData(Encoding.UTF8.GetBytes(builder.ToString()));
    }

    private static void Append(StringBuilder builder, IReadOnlyList<QueryInputColumn> columns)
    {
        foreach (var column in columns)
        {
            builder.Append('\n').AppendJoin('|', column.Name, column.Type?.ToString(), column.Mapping);
        }
    }
}
