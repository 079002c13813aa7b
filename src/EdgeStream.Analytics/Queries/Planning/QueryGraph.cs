using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>A planned query with its operators: rows are put in at its sources and come out at its outputs.</summary>
/// <remarks>Not thread-safe. What comes out is a function of the rows, their order, and the times that
/// <see cref="AdvanceTo"/> is told.</remarks>
internal sealed class QueryGraph(QueryContext context)
{
    public QueryContext Context => context;

    /// <summary>The streams of the gateway that it reads, in the order in which they are named.</summary>
    public List<SourceStream> Sources { get; } = [];

    /// <summary>Spans of history that a source was limited to.</summary>
    public Dictionary<SourceStream, (long From, long To)> History { get; } = [];

    public List<(ReferenceTable Table, QueryReference Reference)> Tables { get; } = [];

    /// <summary>The in-application streams by name, the error stream and the result of a bare query among
    /// them.</summary>
    public Dictionary<string, InApplicationStream> Streams { get; } = new(StringComparer.Ordinal);

    /// <summary>Bytes of memory that the operators' state takes.</summary>
    public long SizeBytes
    {
        get
        {
            long size = 0;
            foreach (var stateful in context.Stateful)
            {
                size += stateful.SizeBytes;
            }

            foreach (var (table, _) in Tables)
            {
                size += table.SizeBytes;
            }

            return size;
        }
    }

    /// <summary>Groups and rows that the operators hold.</summary>
    public long Held
    {
        get
        {
            long count = 0;
            foreach (var stateful in context.Stateful)
            {
                count += stateful.Count;
            }

            return count;
        }
    }

    /// <summary>Closes what is due, then takes a row; the row's ROWTIME never goes back.</summary>
    public void Take(SourceStream source, RowBuffer row)
    {
        context.Clock.AdvanceTo(row.Rowtime);
        source.Rows.Take(row);
    }

    public void AdvanceTo(long time) => context.Clock.AdvanceTo(time);

    /// <summary>Appends the state of everything.</summary>
    public void Save(ByteBuffer output)
    {
        output.AppendInt64(context.Clock.Now);
        output.AppendInt32(context.Stateful.Count);
        foreach (var stateful in context.Stateful)
        {
            stateful.Save(output);
        }
    }

    /// <summary>Takes over what <see cref="Save"/> wrote for the same query; false if the bytes are none of
    /// it.</summary>
    public bool TryLoad(ReadOnlySpan<byte> bytes)
    {
        var reader = new StateReader(bytes);
        var now = reader.ReadInt64();
        if (reader.ReadInt32() != context.Stateful.Count)
        {
            return false;
        }

        foreach (var stateful in context.Stateful)
        {
            stateful.Load(ref reader);
        }

        context.Clock.Restore(now);
        return !reader.IsBroken && reader.Rest.IsEmpty;
    }
}
