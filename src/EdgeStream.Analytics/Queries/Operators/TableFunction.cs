using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>A function over the rows of a query, in <c>TABLE(name(CURSOR(…), …))</c>; made for one place in one
/// query.</summary>
/// <remarks>It is part of its query's snapshot: what it gives depends on the rows it has taken and on nothing
/// else.</remarks>
internal abstract class TableFunction
{
    /// <summary>The columns of the rows that it gives.</summary>
    public abstract IReadOnlyList<SchemaColumn> Columns { get; }

    /// <summary>When it has to act without a row; <see cref="long.MaxValue"/> when it need not.</summary>
    public virtual long NextDeadline => long.MaxValue;

    /// <summary>About how many bytes of memory its state takes.</summary>
    public abstract long SizeBytes { get; }

    /// <summary>Takes a row of the cursor; what comes of it goes to <paramref name="next"/>, with a ROWTIME not before
    /// the row's.</summary>
    public abstract void Take(RowBuffer row, RowSink next);

    /// <summary>Acts on a time that was asked for.</summary>
    public virtual void Fire(long deadline, RowSink next)
    {
    }

    public abstract void Save(ByteBuffer output);

    public abstract void Load(ref StateReader reader);
}
