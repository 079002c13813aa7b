using System.Globalization;
using System.Text;

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

    /// <summary>Reads an id that came as a text: 1 to <see cref="ProducerStamp.ProducerIdSizeBytesMax"/> bytes of
    /// UTF-8, without U+FFFD.</summary>
    /// <remarks>All that is not Unicode reads as U+FFFD: several ids would be one.</remarks>
    public static bool TryParseId(string text, out byte[] id)
    {
        id = Encoding.UTF8.GetBytes(text);
        return id.Length is > 0 and <= ProducerStamp.ProducerIdSizeBytesMax
            && id.AsSpan().IndexOf("\uFFFD"u8) < 0;
    }

    /// <summary>Reads a number as producers write it: decimal digits, at most
    /// <see cref="ProducerStamp.NumberMax"/>.</summary>
    public static bool TryParseNumber(ReadOnlySpan<char> digits, out ulong number) =>
        ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number)
        && number <= ProducerStamp.NumberMax;

    /// <summary>The same of UTF-8.</summary>
    public static bool TryParseNumber(ReadOnlySpan<byte> digits, out ulong number) =>
        ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number)
        && number <= ProducerStamp.NumberMax;
}
