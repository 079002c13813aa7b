using System.Buffers.Binary;
using System.Text;

namespace EdgeStream.Devices;

/// <summary>The structures of the kernel's GPIO interface, version 2 (<c>linux/gpio.h</c>, Linux 5.10 and
/// later).</summary>
/// <remarks>
/// All numbers in the machine's order, which is little-endian on every machine that the gateway runs on.
/// <para><c>gpio_v2_line_request</c>, 592 bytes: 64 offsets u32 at 0, consumer 32 bytes at 256, configuration at 288
/// (flags u64, count of attributes u32, 20 bytes unused, then at 320 the attributes of 24 bytes: id u32, 4 unused,
/// values u64, mask u64), count of lines u32 at 560, then at 588 the descriptor that the kernel answers with.</para>
/// <para><c>gpio_v2_line_values</c>, 16 bytes: bits u64, mask u64.</para>
/// </remarks>
internal static class GpioFormat
{
    public const int RequestSizeBytes = 592;
    public const int ValuesSizeBytes = 16;

    /// <summary>_IOWR(0xB4, 0x07, struct gpio_v2_line_request).</summary>
    public const uint GetLine = 0xC250B407;

    /// <summary>_IOWR(0xB4, 0x0F, struct gpio_v2_line_values).</summary>
    public const uint SetValues = 0xC010B40F;

    private const int ConsumerOffset = 256;
    private const int ConsumerSizeBytes = 32;
    private const int FlagsOffset = 288;
    private const int AttributeCountOffset = 296;
    private const int AttributeIdOffset = 320;
    private const int AttributeValuesOffset = 328;
    private const int AttributeMaskOffset = 336;
    private const int LineCountOffset = 560;
    private const int DescriptorOffset = 588;

    private const ulong ActiveLow = 1 << 1;
    private const ulong Output = 1 << 3;
    private const uint OutputValuesAttribute = 2;

    /// <summary>Writes a request for one output line.</summary>
    public static void WriteRequest(Span<byte> target, uint line, string consumer, bool isActiveLow, bool isOn)
    {
        target.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(target, line);
        Encoding.ASCII.GetBytes(consumer.AsSpan(0, Math.Min(consumer.Length, ConsumerSizeBytes - 1)),
            target[ConsumerOffset..]);
        BinaryPrimitives.WriteUInt64LittleEndian(target[FlagsOffset..], Output | (isActiveLow ? ActiveLow : 0));
        BinaryPrimitives.WriteUInt32LittleEndian(target[AttributeCountOffset..], 1);
        BinaryPrimitives.WriteUInt32LittleEndian(target[AttributeIdOffset..], OutputValuesAttribute);
        BinaryPrimitives.WriteUInt64LittleEndian(target[AttributeValuesOffset..], isOn ? 1UL : 0);
        BinaryPrimitives.WriteUInt64LittleEndian(target[AttributeMaskOffset..], 1);
        BinaryPrimitives.WriteUInt32LittleEndian(target[LineCountOffset..], 1);
    }

    /// <summary>The descriptor of the line in an answered request.</summary>
    public static int ReadDescriptor(ReadOnlySpan<byte> answer) =>
        BinaryPrimitives.ReadInt32LittleEndian(answer[DescriptorOffset..]);

    /// <summary>Writes the value of the one line.</summary>
    public static void WriteValues(Span<byte> target, bool isOn)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(target, isOn ? 1UL : 0);
        BinaryPrimitives.WriteUInt64LittleEndian(target[sizeof(ulong)..], 1);
    }
}
