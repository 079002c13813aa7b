using System.Globalization;

namespace EdgeStream.Storage;

/// <summary>The position of one record within its shard: dense, starting at 1.</summary>
/// <remarks>Never used again but for records that a relaxed durability acknowledged and a power cut took. Zero
/// (<see cref="None"/>) stands before the first record of every shard.</remarks>
/// <param name="Value">The number, from 0 to <see cref="long.MaxValue"/>.</param>
public readonly record struct SequenceNumber(long Value) : IComparable<SequenceNumber>
{
    /// <summary>The position before the first record.</summary>
    public static readonly SequenceNumber None;

    /// <summary>The position of a shard's first record.</summary>
    public static readonly SequenceNumber First = new(1);

    /// <summary>The greatest position, which no record ever reaches.</summary>
    public static readonly SequenceNumber Last = new(long.MaxValue);

    /// <summary>The position that follows this one.</summary>
    public SequenceNumber Next => new(Value + 1);

    /// <summary>The position before this one; <see cref="None"/> has none and stays itself.</summary>
    public SequenceNumber Previous => Value == 0 ? this : new(Value - 1);

    /// <inheritdoc/>
    public int CompareTo(SequenceNumber other) => Value.CompareTo(other.Value);

    /// <summary>The number in decimal digits, without separators.</summary>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);

    /// <summary>Whether the left position comes before the right one.</summary>
    public static bool operator <(SequenceNumber left, SequenceNumber right) => left.Value < right.Value;

    /// <summary>Whether the left position comes after the right one.</summary>
    public static bool operator >(SequenceNumber left, SequenceNumber right) => left.Value > right.Value;

    /// <summary>Whether the left position comes before the right one or is the same.</summary>
    public static bool operator <=(SequenceNumber left, SequenceNumber right) => left.Value <= right.Value;

    /// <summary>Whether the left position comes after the right one or is the same.</summary>
    public static bool operator >=(SequenceNumber left, SequenceNumber right) => left.Value >= right.Value;
}
