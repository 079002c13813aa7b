using System.Buffers.Binary;

namespace EdgeStream.Delivery;

/// <summary>What a delivery has used of its link, as the state store keeps it.</summary>
/// <remarks>
/// Under <c>link/use</c> of the delivery's ledger; little-endian:
/// <code>
///  0  1  version, 1
///  1  4  month: year * 12 + month - 1, UTC, the latest that the clock has shown
///  5  4  month that the clock showed last, where that was an earlier one; otherwise 0
///  9  8  bytes of the month, sent and received, and what may go before the entry is written again
/// 17  8  bytes sent, ever
/// 25  8  bytes received, ever
/// </code>
/// </remarks>
internal readonly record struct LinkUseEntry(int Month, int Behind, long MonthBytes, long SentBytes, long ReceivedBytes)
{
    private const byte Version = 1;
    private const int Size = 33;

    /// <summary>The bytes.</summary>
    public byte[] Write()
    {
        var bytes = new byte[Size];
        bytes[0] = Version;
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(1), Month);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(5), Behind);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(9), MonthBytes);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(17), SentBytes);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(25), ReceivedBytes);
        return bytes;
    }

    /// <summary>Reads an entry; false for what is none, or of a later version.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out LinkUseEntry entry)
    {
        entry = default;
        if (bytes.Length != Size || bytes[0] != Version)
        {
            return false;
        }

        entry = new LinkUseEntry(
            BinaryPrimitives.ReadInt32LittleEndian(bytes[1..]),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[5..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[9..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[17..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[25..]));
        return entry is { MonthBytes: >= 0, SentBytes: >= 0, ReceivedBytes: >= 0 };
    }

    /// <summary>The number of a month.</summary>
    public static int MonthOf(DateTimeOffset at) => (at.UtcDateTime.Year * 12) + at.UtcDateTime.Month - 1;

    /// <summary>When a month begins.</summary>
    public static DateTimeOffset BeginOf(int month) => new(month / 12, (month % 12) + 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The entry as it counts in the month that the clock shows.</summary>
    /// <remarks>A clock that goes back gives no second allowance: what goes then counts in the latest month that it has
    /// shown. One that was ahead by months is believed again when the next month begins while it is watched.</remarks>
    public LinkUseEntry At(int month) =>
        month > Month ? this with { Month = month, Behind = 0, MonthBytes = 0 }
        : month == Month ? this with { Behind = 0 }
        : this with { Behind = month, MonthBytes = Behind != 0 && month == Behind + 1 ? 0 : MonthBytes };
}
