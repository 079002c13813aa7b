namespace EdgeStream.Streams;

/// <summary>What tells a record that is sent again from a new one: who made it, and its number there.</summary>
/// <remarks>
/// The id has 1 to <see cref="ProducerIdSizeBytesMax"/> bytes of any value and must stay alive for the call only. The
/// number is the producer's own message id or counter; gaps are allowed. A producer whose counter starts again names a
/// greater epoch, or takes another id. Number and epoch are at most <see cref="NumberMax"/>, so that there is always a
/// greater one.
/// </remarks>
public readonly ref struct ProducerStamp
{
    /// <summary>The longest id, in bytes.</summary>
    public const int ProducerIdSizeBytesMax = 64;

    /// <summary>How far below a producer's highest number its numbers are told apart.</summary>
    public const int WindowSize = ProducerWindow.SizeMax;

    /// <summary>The greatest number and epoch: 2^64-2.</summary>
    public const ulong NumberMax = ulong.MaxValue - 1;

    /// <summary>A stamp.</summary>
    /// <exception cref="ArgumentException">The id is empty or too long, or a number is too great.</exception>
    public ProducerStamp(ReadOnlySpan<byte> producerId, ulong sequence, ulong epoch = 0)
    {
        if (producerId.Length is 0 or > ProducerIdSizeBytesMax)
        {
            throw new ArgumentException(
                $"A producer's id has 1 to {ProducerIdSizeBytesMax} bytes; this one has {producerId.Length}.",
                nameof(producerId));
        }

        ArgumentOutOfRangeException.ThrowIfGreaterThan(sequence, NumberMax);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(epoch, NumberMax);
        ProducerId = producerId;
        Sequence = sequence;
        Epoch = epoch;
    }

    /// <summary>Who made the record.</summary>
    public ReadOnlySpan<byte> ProducerId { get; }

    /// <summary>The record's number within producer and epoch.</summary>
    public ulong Sequence { get; }

    /// <summary>Grows each time the producer's counter starts again; 0 where it never does.</summary>
    public ulong Epoch { get; }
}
