using System.Buffers.Binary;

namespace EdgeStream.Devices;

/// <summary>The structure and the requests of the kernel's SPI devices (<c>linux/spi/spidev.h</c>).</summary>
/// <remarks>
/// All numbers in the machine's order, which is little-endian on every machine that the gateway runs on.
/// <para><c>spi_ioc_transfer</c>, 32 bytes: address of what is sent u64 at 0, address of what is received u64 at 8,
/// length u32 at 16, speed in hertz u32 at 20, delay u16 at 24, bits of a word u8 at 26, 5 bytes that are zero here.
/// Transfers of one message follow one another while the chip stays selected.</para>
/// </remarks>
internal static class SpiFormat
{
    internal const int TransferSizeBytes = 32;

    /// <summary>_IOR('k', 5, __u32).</summary>
    internal const uint ReadMode = 0x80046B05;

    /// <summary>_IOW('k', 5, __u32).</summary>
    internal const uint WriteMode = 0x40046B05;

    /// <summary>The bits of the mode that are polarity and phase of the clock.</summary>
    internal const uint ClockBits = 3;

    private const uint Message = 0x40006B00;
    private const int SizeShift = 16;
    private const int ReceivedOffset = 8;
    private const int LengthOffset = 16;
    private const int SpeedOffset = 20;
    private const int WordBitsOffset = 26;

    /// <summary>_IOW('k', 0, char[n * sizeof(struct spi_ioc_transfer)]).</summary>
    internal static uint MessageOf(int transfers) => Message | ((uint)(transfers * TransferSizeBytes) << SizeShift);

    /// <summary>Writes a transfer; an address of 0 sends zeros, or drops what is received.</summary>
    internal static void WriteTransfer(
        Span<byte> transfer, nint sent, nint received, int sizeBytes, SpiRegister register)
    {
        transfer[..TransferSizeBytes].Clear();
        BinaryPrimitives.WriteInt64LittleEndian(transfer, sent);
        BinaryPrimitives.WriteInt64LittleEndian(transfer[ReceivedOffset..], received);
        BinaryPrimitives.WriteInt32LittleEndian(transfer[LengthOffset..], sizeBytes);
        BinaryPrimitives.WriteInt32LittleEndian(transfer[SpeedOffset..], register.Speed);
        transfer[WordBitsOffset] = (byte)register.WordBits;
    }
}
