using System.Buffers;

namespace EdgeStream.Sql;

/// <summary>What one aggregate function has seen of one group.</summary>
/// <remarks>
/// Made by <see cref="AggregateFunction.Create"/>. Adding, removing and reading allocate nothing, unless a text must be
/// kept that is longer than any before it or a window holds more values than ever before. Not thread-safe.
/// </remarks>
public abstract class AggregateState
{
    /// <summary>What the group's values come to; NULL where the function has no answer, as for no values at
    /// all.</summary>
    /// <remarks>Text points into this object: it is valid until the next call that changes it.</remarks>
    public abstract SqlValue Result { get; }

    /// <summary>Whether a bound was reached, so that the result misses values: distinct values past
    /// <see cref="AggregateFunction.DistinctMax"/>, or values of a window past
    /// <see cref="AggregateFunction.WindowValuesMax"/>.</summary>
    public virtual bool IsOverflown => false;

    /// <summary>About how many bytes of memory the object holds.</summary>
    public abstract int SizeBytes { get; }

    /// <summary>Takes one more row's argument. NULL counts for no function but COUNT(*), which takes any value, and
    /// FIRST_VALUE, LAST_VALUE and NTH_VALUE.</summary>
    /// <param name="value">The argument, of the type that the function was made for.</param>
    /// <param name="rowtimeUnixMicroseconds">The row's time, which EXP_AVG weighs by; it never goes back.</param>
    public abstract void Add(scoped in SqlValue value, long rowtimeUnixMicroseconds);

    /// <summary>Takes back the oldest value that is still in, which must be this one with this time: rows leave a
    /// window in the order in which they came.</summary>
    /// <exception cref="NotSupportedException">The object was made without removal.</exception>
    public abstract void Remove(scoped in SqlValue value, long rowtimeUnixMicroseconds);

    /// <summary>Adds all that another state of the same function has seen, as if its values had come after the own
    /// ones.</summary>
    /// <exception cref="NotSupportedException">One of the two was made for removal.</exception>
    public abstract void Merge(AggregateState other);

    /// <summary>Forgets everything; the memory is kept for the next group.</summary>
    public abstract void Reset();

    /// <summary>Appends the state in the frozen format that the room's README describes.</summary>
    public abstract void Save(IBufferWriter<byte> output);

    /// <summary>Takes over what <see cref="Save"/> wrote for the same function and cuts it off the bytes; false if the
    /// bytes are no such state, and then the object is as after <see cref="Reset"/>.</summary>
    public abstract bool TryLoad(ref ReadOnlySpan<byte> bytes);

    /// <summary>The end of <see cref="TryLoad"/>: what was read is cut off, or the object is emptied.</summary>
    private protected bool Loaded(scoped in StateReader reader, ref ReadOnlySpan<byte> bytes)
    {
        if (reader.IsBroken)
        {
            Reset();
            return false;
        }

        bytes = bytes[^reader.Rest.Length..];
        return true;
    }

    private protected static NotSupportedException NoMerge() =>
        new("States that were made for removal are not merged.");
}
