using System.Buffers.Binary;
using System.Globalization;

namespace EdgeStream.Devices;

/// <summary>One channel in the scans of a buffer: <c>le:s12/16&gt;&gt;4</c>.</summary>
/// <remarks>
/// The words of its type are the order of bytes, the sign, the bits that count, the bits that are stored (8 to 64), and
/// by how many they are shifted. Source: the kernel's Documentation/ABI/testing/sysfs-bus-iio, <c>_type</c>.
/// </remarks>
/// <param name="IsLittleEndian">Whether the low byte comes first.</param>
/// <param name="IsSigned">Whether the value has a sign.</param>
/// <param name="Bits">The bits that count.</param>
/// <param name="SizeBytes">The bytes that are stored.</param>
/// <param name="Shift">By how many bits the value is shifted.</param>
internal readonly record struct IioScanElement(bool IsLittleEndian, bool IsSigned, int Bits, int SizeBytes, int Shift)
{
    /// <summary>Reads a type; false when it is none that is known.</summary>
    internal static bool TryParse(ReadOnlySpan<char> text, out IioScanElement element)
    {
        element = default;
        var colon = text.IndexOf(':');
        var slash = text.IndexOf('/');
        var shift = text.IndexOf(">>");
        if (colon != 2 || slash < colon + 2 || shift < slash
            || (text[..2] is not "le" && text[..2] is not "be") || text[colon + 1] is not ('s' or 'u')
            || !TryReadNumber(text[(colon + 2)..slash], out var bits)
            || !TryReadNumber(text[(slash + 1)..shift], out var stored)
            || !TryReadNumber(text[(shift + 2)..], out var by)
            || stored is not (8 or 16 or 32 or 64) || bits < 1 || bits + by > stored)
        {
            return false;
        }

        element = new IioScanElement(text[0] == 'l', text[colon + 1] == 's', bits, stored / 8, by);
        return true;
    }

    /// <summary>The value in its bytes.</summary>
    internal long Read(ReadOnlySpan<byte> bytes)
    {
        ulong stored = SizeBytes switch
        {
            1 => bytes[0],
            2 => IsLittleEndian
                ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes),
            4 => IsLittleEndian
                ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes),
            _ => IsLittleEndian
                ? BinaryPrimitives.ReadUInt64LittleEndian(bytes) : BinaryPrimitives.ReadUInt64BigEndian(bytes),
        };
        var unused = 64 - Bits;
        var left = stored >> Shift << unused;
        return IsSigned ? (long)left >> unused : (long)(left >> unused);
    }

    private static bool TryReadNumber(ReadOnlySpan<char> text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
