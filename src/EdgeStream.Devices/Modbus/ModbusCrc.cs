namespace EdgeStream.Devices;

/// <summary>The checksum of serial frames: CRC-16 with the polynomial A001, begun with FFFF.</summary>
internal static class ModbusCrc
{
    /// <summary>The checksum; it stands behind the frame with its low byte first.</summary>
    internal static ushort Of(ReadOnlySpan<byte> frame)
    {
        const ushort Polynomial = 0xA001;
        ushort crc = 0xFFFF;
        foreach (var value in frame)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (ushort)((crc & 1) != 0 ? crc >> 1 ^ Polynomial : crc >> 1);
            }
        }

        return crc;
    }
}
