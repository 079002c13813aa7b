using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace EdgeStream.Storage;

/// <summary>
/// The bytes of one log entry: <c>length, body, checksum</c>. The checksum covers the four bytes before the entry
/// (its predecessor's checksum), the length, the body, and a context: a base entry's is its segment's salt, any other's
/// is its base entry's checksum. An entry is valid if and only if that holds. Layout and reasons in the room's README.
/// </summary>
internal static class EntryFormat
{
    internal const int ChecksumSizeBytes = 4;

    /// <summary>Kind of an entry that starts a frame.</summary>
    internal const byte BaseKind = 1;

    /// <summary>Kind of a record whose event time is its arrival time.</summary>
    internal const byte RecordKind = 2;

    /// <summary>Kind of a record with an event time of its own.</summary>
    internal const byte TimedRecordKind = 3;

    /// <summary>Kind of an entry of zeros that only fills.</summary>
    internal const byte PadKind = 4;

    /// <summary>Kind of an entry before records that belong together, with checkpoints.</summary>
    internal const byte BatchKind = 5;

    /// <summary>Kind of an entry that holds all others of its frame, encrypted.</summary>
    internal const byte SealedKind = 6;

    /// <summary>The least that an entry takes: length, kind, checksum.</summary>
    internal const int EntrySizeBytesMin = 1 + 1 + ChecksumSizeBytes;

    /// <summary>A base entry stands at least this often: no other entry begins farther behind one.</summary>
    internal const int FrameDistanceBytes = 64 << 10;

    /// <summary>How far behind its base entry an entry is looked for among damaged bytes.</summary>
    internal const int FrameStartDistanceBytesMax = 2 * FrameDistanceBytes;

    /// <summary>
    /// The most that stands behind a frame's last record: pads, and the end of a sealed file that is not cut off.
    /// </summary>
    internal const int FrameTailSizeBytesMax = FrameDistanceBytes;

    /// <summary>Length of the longest key in bytes.</summary>
    internal const int KeySizeBytesMax = ushort.MaxValue;

    /// <summary>The least that a record takes: length, kind, three lengths of one byte, checksum.</summary>
    internal const int RecordSizeBytesMin = 1 + 1 + 3 + ChecksumSizeBytes;

    /// <summary>The most that a record's entry can be larger than its key and value together.</summary>
    internal const int RecordOverheadBytesMax = (5 * VariableInteger.SizeBytesMax) + 1 + ChecksumSizeBytes;

    /// <summary>
    /// Seals an entry whose length and body stand at <paramref name="start"/>; returns the offset behind it.
    /// </summary>
    /// <param name="buffer">The bytes from at least four before the entry.</param>
    /// <param name="start">Where the entry's length begins.</param>
    /// <param name="end">Where its body ends and its checksum goes.</param>
    /// <param name="context">The salt for a base entry, the base entry's checksum for a record.</param>
    internal static int Seal(Span<byte> buffer, int start, int end, ulong context)
    {
        var checksum = Checksum(buffer[(start - ChecksumSizeBytes)..end], context);
        BinaryPrimitives.WriteUInt32LittleEndian(buffer[end..], checksum);
        return end + ChecksumSizeBytes;
    }

    /// <summary>
    /// Writes a pad entry of exactly this size, at least <see cref="EntrySizeBytesMin"/>; returns the offset behind it.
    /// </summary>
    internal static int WritePad(Span<byte> buffer, int start, int sizeBytes, uint baseChecksum)
    {
        LayPad(buffer.Slice(start, sizeBytes));
        return Seal(buffer, start, start + sizeBytes - ChecksumSizeBytes, baseChecksum);
    }

    /// <summary>Fills the target with a pad entry that still lacks its checksum.</summary>
    /// <remarks>
    /// Where one byte of length is too small and two are too many, the length takes a byte more than needed.
    /// </remarks>
    internal static void LayPad(Span<byte> target)
    {
        var bodySize = target.Length - ChecksumSizeBytes - 1;
        var lengthSize = 1;
        while (VariableInteger.SizeOf((ulong)bodySize) > lengthSize)
        {
            bodySize--;
            lengthSize++;
        }

        target.Clear();
        VariableInteger.WriteWide(target, (ulong)bodySize, lengthSize);
        target[lengthSize] = PadKind;
    }

    /// <summary>The size of a batch entry.</summary>
    internal static int BatchSizeOf(int recordCount, ReadOnlySpan<LogCheckpoint> checkpoints)
    {
        var bodySize = BatchEntry.SizeOf(recordCount, checkpoints);
        return VariableInteger.SizeOf((ulong)bodySize) + bodySize + ChecksumSizeBytes;
    }

    /// <summary>The checksum of predecessor's checksum, length and body, given in one piece.</summary>
    internal static uint Checksum(ReadOnlySpan<byte> chainAndEntry, ulong context) =>
        Checksum(ref MemoryMarshal.GetReference(chainAndEntry), chainAndEntry.Length, context);

    /// <summary>The same where the predecessor's checksum is not the one that stands before the entry.</summary>
    internal static uint Checksum(uint chain, ReadOnlySpan<byte> entry, ulong context)
    {
        var state = BitOperations.Crc32C(uint.MaxValue, chain);
        return ~BitOperations.Crc32C(Crc32C.Append(state, entry), context);
    }

    /// <summary>The same where the predecessor's checksum is given, and need not be known at once.</summary>
    /// <remarks>
    /// The sum of the entry itself does not wait for its predecessor's: the processor is at several entries at a time,
    /// and only a product goes from one to the next.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static uint ChainedChecksum(uint chain, ReadOnlySpan<byte> entry, ulong context)
    {
        const int ContextSizeBytes = sizeof(ulong);
        var size = ChecksumSizeBytes + entry.Length + ContextSizeBytes;
        if (!Crc32CShift.HasOver || entry.Length < sizeof(uint) || size > Crc32CShift.OverSizeBytesMax)
        {
            return Checksum(chain, entry, context);
        }

        // The predecessor's checksum counts as zeros here, and is the state that is moved over all bytes.
        ref var start = ref MemoryMarshal.GetReference(entry);
        var state = BitOperations.Crc32C(0, (ulong)Crc32C.Load<uint>(ref start) << 32);
        state = Crc32C.Append(state, ref Unsafe.Add(ref start, sizeof(uint)), entry.Length - sizeof(uint));
        state = BitOperations.Crc32C(state, context);
        return ~(state ^ Crc32CShift.Over(~chain, size));
    }

    /// <summary>The same over bytes that the caller has checked to be there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static uint Checksum(ref byte chainAndEntry, int sizeBytes, ulong context) =>
        ~BitOperations.Crc32C(Crc32C.Append(uint.MaxValue, ref chainAndEntry, sizeBytes), context);

    /// <summary>
    /// The length of the body at an offset; 0 where no entry can begin (zero fill, or no room for one).
    /// </summary>
    internal static int BodySizeAt(ReadOnlySpan<byte> segment, int offset, int end, out int lengthSizeBytes)
    {
        lengthSizeBytes = 0;
        if (offset >= end
            || !VariableInteger.TryRead(segment[offset..end], out var length, out lengthSizeBytes))
        {
            return 0;
        }

        var room = end - offset - lengthSizeBytes - ChecksumSizeBytes;
        return room > 0 && length <= (ulong)room ? (int)length : 0;
    }

    /// <summary>Reads the four bytes of a checksum.</summary>
    internal static uint ChecksumAt(ReadOnlySpan<byte> segment, int offset) =>
        BinaryPrimitives.ReadUInt32LittleEndian(segment[offset..]);
}
