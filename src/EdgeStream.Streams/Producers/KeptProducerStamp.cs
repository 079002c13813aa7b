using System.Buffers.Text;

namespace EdgeStream.Streams;

/// <summary>A <see cref="ProducerStamp"/> that lives as long as it is needed.</summary>
public sealed class KeptProducerStamp
{
    private readonly byte[] _producerId;

    /// <summary>A copy.</summary>
    /// <exception cref="ArgumentException">The id is empty or too long, or a number is too great.</exception>
    public KeptProducerStamp(ReadOnlySpan<byte> producerId, ulong sequence, ulong epoch = 0)
    {
        _ = new ProducerStamp(producerId, sequence, epoch);
        _producerId = producerId.ToArray();
        (Sequence, Epoch) = (sequence, epoch);
    }

    /// <summary>The record's number within producer and epoch.</summary>
    public ulong Sequence { get; }

    /// <summary>Grows each time the producer's counter starts again.</summary>
    public ulong Epoch { get; }

    /// <summary>The same of the record that comes so many numbers later.</summary>
    public ProducerStamp After(int count) => new(_producerId, Sequence + (ulong)count, Epoch);

    /// <summary>A copy of a stamp; null of the default one.</summary>
    public static KeptProducerStamp? Of(in ProducerStamp stamp) =>
        stamp.ProducerId.IsEmpty ? null : new KeptProducerStamp(stamp.ProducerId, stamp.Sequence, stamp.Epoch);

    /// <summary>The stamp; the default one of null.</summary>
    public static ProducerStamp Stamp(KeptProducerStamp? kept) => kept is null ? default : kept.After(0);

    /// <summary>Reads a number as producers write it: decimal digits, at most
    /// <see cref="ProducerStamp.NumberMax"/>.</summary>
    public static bool TryParseNumber(ReadOnlySpan<byte> digits, out ulong number) =>
        Utf8Parser.TryParse(digits, out number, out var count)
        && count == digits.Length
        && digits[0] is not (byte)'+'
        && number <= ProducerStamp.NumberMax;
}
