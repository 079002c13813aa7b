using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>An operator that remembers rows or groups, and so has a part in its query's snapshot.</summary>
internal abstract class StatefulOperator : RowSink
{
    /// <summary>About how many bytes of memory its state takes.</summary>
    public abstract long SizeBytes { get; }

    /// <summary>Groups or rows that it holds now.</summary>
    public abstract int Count { get; }

    public abstract void Save(ByteBuffer output);

    /// <summary>Takes over what <see cref="Save"/> wrote; what cannot be read breaks the reader.</summary>
    public abstract void Load(ref StateReader reader);
}
