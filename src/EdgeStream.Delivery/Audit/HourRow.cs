using System.Buffers.Binary;
using System.Globalization;

namespace EdgeStream.Delivery;

/// <summary>What became of the records of one hour of arrival: those from <see cref="First"/> to the next
/// row's.</summary>
/// <remarks>56 bytes, version 1, little-endian: 2 version, 6 zero, 8 the hour since 1970 (-1: all before the first
/// hour that is kept), 8 first, 8 delivered, 8 rejected, 8 evicted, 8 filtered.
/// Not thread-safe.</remarks>
internal sealed class HourRow(long hour, long first)
{
    /// <summary>The hour of the row that has what is older than every other.</summary>
    public const long Earlier = -1;

    private const int Length = 56;
    private const ushort Version = 1;

    /// <summary>The hour since 1970.</summary>
    public long Hour { get; } = hour;

    /// <summary>The first sequence number of the hour.</summary>
    public long First { get; } = first;

    /// <summary>Records at the destination.</summary>
    public long Delivered { get; set; }

    /// <summary>Records put aside.</summary>
    public long Rejected { get; set; }

    /// <summary>Records gone before.</summary>
    public long Evicted { get; set; }

    /// <summary>Records that the transform has left out.</summary>
    public long Filtered { get; set; }

    /// <summary>Whether the state has another row.</summary>
    public bool IsChanged { get; set; } = true;

    /// <summary>The end of the row's key.</summary>
    public string Name => Hour == Earlier ? "earlier" : Hour.ToString("D10", CultureInfo.InvariantCulture);

    /// <summary>Reads a row.</summary>
    /// <exception cref="InvalidDataException">The bytes are no row.</exception>
    public static HourRow Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Length || BinaryPrimitives.ReadUInt16LittleEndian(bytes) != Version)
        {
            throw new InvalidDataException($"An hour of a delivery's account cannot be read: {bytes.Length} bytes.");
        }

        return new HourRow(
            BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]), BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]))
        {
            Delivered = BinaryPrimitives.ReadInt64LittleEndian(bytes[24..]),
            Rejected = BinaryPrimitives.ReadInt64LittleEndian(bytes[32..]),
            Evicted = BinaryPrimitives.ReadInt64LittleEndian(bytes[40..]),
            Filtered = BinaryPrimitives.ReadInt64LittleEndian(bytes[48..]),
            IsChanged = false,
        };
    }

    /// <summary>The bytes.</summary>
    public byte[] Write()
    {
        var bytes = new byte[Length];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, Version);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(8), Hour);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(16), First);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(24), Delivered);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(32), Rejected);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(40), Evicted);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(48), Filtered);
        return bytes;
    }
}
