using EdgeStream.Storage;

namespace EdgeStream.Streams;

/// <summary>How far a group has come in a shard: everything up to and including this is done.</summary>
/// <remarks>
/// Ordered as records are: in the middle of a record stands before its end. <see cref="SequenceNumber.None"/> says that
/// nothing is done.
/// </remarks>
/// <param name="Sequence">The record.</param>
/// <param name="SubSequence">
/// The place, from 0, of the last user record that is done within an aggregated record; null where all of the record
/// is.
/// </param>
public readonly record struct GroupCheckpoint(SequenceNumber Sequence, int? SubSequence = null)
    : IComparable<GroupCheckpoint>
{
    /// <summary>Nothing is done.</summary>
    public static readonly GroupCheckpoint None;

    /// <summary>The record that is read first: the next one, or the same again where it is done in part.</summary>
    public SequenceNumber NextSequence => SubSequence is null ? Sequence.Next : Sequence;

    /// <summary>How many user records of <see cref="NextSequence"/> are done already.</summary>
    public int DoneWithinNext => SubSequence is { } place ? place + 1 : 0;

    /// <inheritdoc/>
    public int CompareTo(GroupCheckpoint other)
    {
        var bySequence = Sequence.CompareTo(other.Sequence);
        return bySequence != 0
            ? bySequence
            : (SubSequence ?? int.MaxValue).CompareTo(other.SubSequence ?? int.MaxValue);
    }

    /// <summary>Whether the left place comes before the right one.</summary>
    public static bool operator <(GroupCheckpoint left, GroupCheckpoint right) => left.CompareTo(right) < 0;

    /// <summary>Whether the left place comes after the right one.</summary>
    public static bool operator >(GroupCheckpoint left, GroupCheckpoint right) => left.CompareTo(right) > 0;

    /// <summary>Whether the left place comes before the right one or is the same.</summary>
    public static bool operator <=(GroupCheckpoint left, GroupCheckpoint right) => left.CompareTo(right) <= 0;

    /// <summary>Whether the left place comes after the right one or is the same.</summary>
    public static bool operator >=(GroupCheckpoint left, GroupCheckpoint right) => left.CompareTo(right) >= 0;
}
