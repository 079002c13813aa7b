using System.Buffers.Binary;

namespace EdgeStream.Storage;

/// <summary>
/// The entry that starts a frame: what the records behind it are relative to. Layout in the room's README.
/// </summary>
/// <param name="Sequence">The sequence number of the frame's first record.</param>
/// <param name="WallTime">The wall clock when the frame was begun.</param>
/// <param name="MonotonicMicroseconds">Microseconds since the machine was started, at the same moment.</param>
/// <param name="BootOrdinal">Which start of the machine that was, as this data folder counts them.</param>
/// <param name="DurableSequence">The newest record known to be durable when the frame was begun.</param>
internal readonly record struct BaseEntry(
    SequenceNumber Sequence,
    Timestamp WallTime,
    long MonotonicMicroseconds,
    uint BootOrdinal,
    SequenceNumber DurableSequence)
{
    /// <summary>Kind byte and five fields.</summary>
    internal const int BodySizeBytes = 1 + 8 + 8 + 8 + 4 + 8;

    /// <summary>Length byte, body, checksum.</summary>
    internal const int EntrySizeBytes = 1 + BodySizeBytes + EntryFormat.ChecksumSizeBytes;

    private const int SequenceOffset = 1;
    private const int WallTimeOffset = 9;
    private const int MonotonicOffset = 17;
    private const int BootOffset = 25;
    private const int DurableOffset = 29;

    /// <summary>Writes kind and fields.</summary>
    internal void WriteBody(Span<byte> body)
    {
        body[0] = EntryFormat.BaseKind;
        BinaryPrimitives.WriteInt64LittleEndian(body[SequenceOffset..], Sequence.Value);
        BinaryPrimitives.WriteInt64LittleEndian(body[WallTimeOffset..], WallTime.UnixMicroseconds);
        BinaryPrimitives.WriteInt64LittleEndian(body[MonotonicOffset..], MonotonicMicroseconds);
        BinaryPrimitives.WriteUInt32LittleEndian(body[BootOffset..], BootOrdinal);
        BinaryPrimitives.WriteInt64LittleEndian(body[DurableOffset..], DurableSequence.Value);
    }

    /// <summary>Reads a body whose checksum has been verified.</summary>
    internal static BaseEntry ReadBody(ReadOnlySpan<byte> body) => new(
        new SequenceNumber(BinaryPrimitives.ReadInt64LittleEndian(body[SequenceOffset..])),
        new Timestamp(BinaryPrimitives.ReadInt64LittleEndian(body[WallTimeOffset..])),
        BinaryPrimitives.ReadInt64LittleEndian(body[MonotonicOffset..]),
        BinaryPrimitives.ReadUInt32LittleEndian(body[BootOffset..]),
        new SequenceNumber(BinaryPrimitives.ReadInt64LittleEndian(body[DurableOffset..])));
}
