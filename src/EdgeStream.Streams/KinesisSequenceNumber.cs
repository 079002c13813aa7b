using System.Globalization;
using System.Text;
using EdgeStream.Storage;

namespace EdgeStream.Streams;

/// <summary>
/// A record's position as Kinesis prints it: a number of 56 decimal digits that names its stream and shard.
/// </summary>
/// <remarks>
/// <para>The digits, from the left: <c>49</c>; 13 of the stream's id; 10 of the shard's index; 19 of the position in
/// the shard; 12 that say how often records of the shard had been cut off before, zeros in nearly every shard. So
/// numbers of one stream compare as the shards were made and, within a shard, as its records
/// came: a child's are greater than its parents'. The layout is frozen.</para>
/// <para>Position 0 stands before the first record: it is the shard's starting sequence number.</para>
/// </remarks>
/// <param name="StreamId">The stream's id, 0 to 10^13 - 1.</param>
/// <param name="ShardIndex">The number in the shard's id.</param>
/// <param name="Sequence">The position in the shard.</param>
public readonly record struct KinesisSequenceNumber(long StreamId, int ShardIndex, SequenceNumber Sequence)
    : IComparable<KinesisSequenceNumber>
{
    /// <summary>How many digits every number has.</summary>
    public const int Length = 56;

    /// <summary>How many ids there are.</summary>
    internal const long StreamIdCount = 10_000_000_000_000;

    /// <summary>The greatest <see cref="CutCount"/>.</summary>
    internal const int CutCountMax = ushort.MaxValue;

    private const string Prefix = "49";
    private const int StreamEnd = 15;
    private const int ShardEnd = 25;
    private const int SequenceEnd = 44;

    /// <summary>How often a power cut may have taken records of the shard before this one came: the positions behind
    /// what was left are used again. Zero where the durability is not relaxed.</summary>
    public int CutCount { get; init; }

    /// <inheritdoc/>
    public int CompareTo(KinesisSequenceNumber other)
    {
        var byStream = StreamId.CompareTo(other.StreamId);
        var byShard = byStream != 0 ? byStream : ShardIndex.CompareTo(other.ShardIndex);
        var bySequence = byShard != 0 ? byShard : Sequence.CompareTo(other.Sequence);
        return bySequence != 0 ? bySequence : CutCount.CompareTo(other.CutCount);
    }

    /// <summary>The 56 digits.</summary>
    public override string ToString() =>
        string.Create(Length, this, static (text, number) => number.TryFormat(text));

    /// <summary>Writes the 56 digits; false where there is no room for them. Allocates nothing.</summary>
    public bool TryFormat(Span<char> text)
    {
        Span<byte> digits = stackalloc byte[Length];
        if (text.Length < Length)
        {
            return false;
        }

        TryFormat(digits);
        Encoding.ASCII.GetChars(digits, text);
        return true;
    }

    /// <summary>Writes the 56 digits as ASCII; false where there is no room for them. Allocates nothing.</summary>
    public bool TryFormat(Span<byte> utf8)
    {
        if (utf8.Length < Length)
        {
            return false;
        }

        "49"u8.CopyTo(utf8);
        Put(utf8[Prefix.Length..StreamEnd], StreamId);
        Put(utf8[StreamEnd..ShardEnd], ShardIndex);
        Put(utf8[ShardEnd..SequenceEnd], Sequence.Value);
        Put(utf8[SequenceEnd..Length], CutCount);
        return true;
    }

    /// <summary>Makes the 56 digits of a number those of the next position in its shard.</summary>
    /// <remarks>Cheaper than writing them anew. Position 10^19 - 1 has no next one.</remarks>
    public static void MoveToNext(Span<byte> utf8)
    {
        for (var at = SequenceEnd - 1; at >= ShardEnd; at--)
        {
            if (utf8[at] != (byte)'9')
            {
                utf8[at]++;
                return;
            }

            utf8[at] = (byte)'0';
        }
    }

    /// <summary>Reads the digits; false if they are none that this type prints.</summary>
    /// <remarks>That the stream and the shard exist is another question.</remarks>
    public static bool TryParse(ReadOnlySpan<char> text, out KinesisSequenceNumber number)
    {
        number = default;
        if (text.Length != Length
            || !text.StartsWith(Prefix, StringComparison.Ordinal)
            || !TryRead(text[Prefix.Length..StreamEnd], out var stream)
            || !TryRead(text[StreamEnd..ShardEnd], out var shard)
            || !TryRead(text[ShardEnd..SequenceEnd], out var sequence)
            || !TryRead(text[SequenceEnd..], out var cuts)
            || shard > int.MaxValue
            || cuts > CutCountMax)
        {
            return false;
        }

        number = new KinesisSequenceNumber(stream, (int)shard, new SequenceNumber(sequence))
        {
            CutCount = (int)cuts,
        };
        return true;
    }

    /// <summary>Whether the left number is smaller.</summary>
    public static bool operator <(KinesisSequenceNumber left, KinesisSequenceNumber right) => left.CompareTo(right) < 0;

    /// <summary>Whether the left number is greater.</summary>
    public static bool operator >(KinesisSequenceNumber left, KinesisSequenceNumber right) => left.CompareTo(right) > 0;

    /// <summary>Whether the left number is smaller or the same.</summary>
    public static bool operator <=(KinesisSequenceNumber left, KinesisSequenceNumber right) =>
        left.CompareTo(right) <= 0;

    /// <summary>Whether the left number is greater or the same.</summary>
    public static bool operator >=(KinesisSequenceNumber left, KinesisSequenceNumber right) =>
        left.CompareTo(right) >= 0;

    private static bool TryRead(ReadOnlySpan<char> digits, out long value) =>
        long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out value);

    private static void Put(Span<byte> digits, long value)
    {
        // Most positions are small: the digits before them need no division.
        var rest = (ulong)value;
        var at = digits.Length - 1;
        for (; rest > 0 && at >= 0; at--)
        {
            (rest, var digit) = Math.DivRem(rest, 10);
            digits[at] = (byte)('0' + digit);
        }

        digits[..(at + 1)].Fill((byte)'0');
    }
}
