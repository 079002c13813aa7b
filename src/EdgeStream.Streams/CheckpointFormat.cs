using System.Buffers.Binary;
using EdgeStream.Storage;

namespace EdgeStream.Streams;

/// <summary>
/// How a checkpoint stands in the state: the last record that is done (8 bytes), the id of its stream (8), both
/// little-endian. Frozen.
/// </summary>
/// <remarks>The id keeps a checkpoint that was committed just behind the deletion of its stream from counting for the
/// next one of the name. Before there were ids the value was the first 8 bytes alone; it is read for ever.</remarks>
internal static class CheckpointFormat
{
    internal const int SizeBytes = 2 * sizeof(long);

    internal static void Write(Span<byte> value, SequenceNumber sequence, long streamId)
    {
        BinaryPrimitives.WriteInt64LittleEndian(value, sequence.Value);
        BinaryPrimitives.WriteInt64LittleEndian(value[sizeof(long)..], streamId);
    }

    /// <summary>Reads it; false if it is none, or of another stream.</summary>
    /// <param name="value">The bytes.</param>
    /// <param name="streamId">Whose it must be; null for anybody's.</param>
    /// <param name="sequence">The last record that is done.</param>
    internal static bool TryRead(ReadOnlySpan<byte> value, long? streamId, out SequenceNumber sequence)
    {
        sequence = value.Length < sizeof(long)
            ? default
            : new SequenceNumber(BinaryPrimitives.ReadInt64LittleEndian(value));
        return value.Length == sizeof(long)
            || (value.Length == SizeBytes
                && (streamId is not { } id || BinaryPrimitives.ReadInt64LittleEndian(value[sizeof(long)..]) == id));
    }
}
