using System.Buffers.Binary;
using System.Text;

namespace EdgeStream.Devices;

/// <summary>The structures of the kernel's GPIO interface, version 2 (<c>linux/gpio.h</c>, Linux 5.10 and
/// later).</summary>
/// <remarks>
/// All numbers in the machine's order, which is little-endian on every machine that the gateway runs on.
/// <para><c>gpio_v2_line_request</c>, 592 bytes: 64 offsets u32 at 0, consumer 32 bytes at 256, configuration at 288
/// (flags u64, count of attributes u32, 20 bytes unused, then at 320 the attributes of 24 bytes: id u32, 4 unused,
/// values u64, mask u64), count of lines u32 at 560, size of the buffer of events u32 at 564, then at 588 the
/// descriptor that the kernel answers with.</para>
/// <para><c>gpio_v2_line_values</c>, 16 bytes: bits u64, mask u64.</para>
/// <para><c>gpio_v2_line_event</c>, 48 bytes: nanoseconds of the monotonic clock u64, kind u32 (1 rising, 2 falling),
/// line u32, number among all lines of the request u32, number of the line u32, 24 unused.</para>
/// </remarks>
internal static class GpioFormat
{
    /// <summary>What a chip's device must have to be opened.</summary>
    public const string Need = "The user that runs the gateway needs access to it, usually by the group gpio.";

    public const int RequestSizeBytes = 592;
    public const int ValuesSizeBytes = 16;

    /// <summary>_IOWR(0xB4, 0x07, struct gpio_v2_line_request).</summary>
    public const uint GetLine = 0xC250B407;

    /// <summary>_IOWR(0xB4, 0x0F, struct gpio_v2_line_values).</summary>
    public const uint SetValues = 0xC010B40F;

    public const int EventSizeBytes = 48;

    /// <summary>The most events that the kernel keeps for one line.</summary>
    public const int EventsKept = 1024;

    /// <summary>_IOWR(0xB4, 0x0E, struct gpio_v2_line_values).</summary>
    public const uint GetValues = 0xC010B40E;

    private const int EventKindOffset = 8;
    private const int EventNumberOffset = 20;
    private const uint RisingEvent = 1;

    private const int ConsumerOffset = 256;
    private const int ConsumerSizeBytes = 32;
    private const int FlagsOffset = 288;
    private const int AttributeCountOffset = 296;
    private const int AttributeIdOffset = 320;
    private const int AttributeValuesOffset = 328;
    private const int AttributeMaskOffset = 336;
    private const int LineCountOffset = 560;
    private const int EventsKeptOffset = 564;
    private const int DescriptorOffset = 588;

    private const ulong ActiveLow = 1 << 1;
    private const ulong Input = 1 << 2;
    private const ulong Output = 1 << 3;
    private const ulong RisingEdges = 1 << 4;
    private const ulong FallingEdges = 1 << 5;
    private const ulong PullUp = 1 << 8;
    private const ulong PullDown = 1 << 9;
    private const ulong NoBias = 1 << 10;
    private const uint OutputValuesAttribute = 2;
    private const uint DebounceAttribute = 3;

    /// <summary>Writes a request for one output line.</summary>
    public static void WriteRequest(Span<byte> target, uint line, string consumer, bool isActiveLow, bool isOn)
    {
        WriteLine(target, line, consumer, Output | (isActiveLow ? ActiveLow : 0));
        WriteAttribute(target, OutputValuesAttribute, isOn ? 1UL : 0);
    }

    /// <summary>Writes a request for one input line, whose edges the kernel stamps and keeps.</summary>
    public static void WriteRequest(Span<byte> target, string consumer, GpioInputOptions options)
    {
        var flags = Input | (options.IsActiveLow ? ActiveLow : 0);
        flags |= options.Edges switch
        {
            "rising" => RisingEdges, "falling" => FallingEdges, _ => RisingEdges | FallingEdges,
        };
        flags |= options.Bias switch { "pull-up" => PullUp, "pull-down" => PullDown, "none" => NoBias, _ => 0 };
        WriteLine(target, (uint)options.Line, consumer, flags);
        BinaryPrimitives.WriteUInt32LittleEndian(target[EventsKeptOffset..], EventsKept);
        if (options.Debounce > TimeSpan.Zero)
        {
            WriteAttribute(target, DebounceAttribute, (ulong)options.Debounce.TotalMicroseconds);
        }
    }

    /// <summary>Writes the question for the value of the one line.</summary>
    public static void WriteQuestion(Span<byte> target)
    {
        target.Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(target[sizeof(ulong)..], 1);
    }

    /// <summary>The value of the one line in what the kernel answers.</summary>
    public static bool ReadValue(ReadOnlySpan<byte> answer) =>
        (BinaryPrimitives.ReadUInt64LittleEndian(answer) & 1) == 1;

    /// <summary>An edge that the kernel has seen.</summary>
    public static GpioEdge ReadEdge(ReadOnlySpan<byte> source) => new(
        (long)BinaryPrimitives.ReadUInt64LittleEndian(source),
        BinaryPrimitives.ReadUInt32LittleEndian(source[EventKindOffset..]) == RisingEvent,
        BinaryPrimitives.ReadUInt32LittleEndian(source[EventNumberOffset..]));

    /// <summary>The descriptor of the line in an answered request.</summary>
    public static int ReadDescriptor(ReadOnlySpan<byte> answer) =>
        BinaryPrimitives.ReadInt32LittleEndian(answer[DescriptorOffset..]);

    /// <summary>Writes the value of the one line.</summary>
    public static void WriteValues(Span<byte> target, bool isOn)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(target, isOn ? 1UL : 0);
        BinaryPrimitives.WriteUInt64LittleEndian(target[sizeof(ulong)..], 1);
    }

    private static void WriteLine(Span<byte> target, uint line, string consumer, ulong flags)
    {
        target.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(target, line);
        Encoding.ASCII.GetBytes(consumer.AsSpan(0, Math.Min(consumer.Length, ConsumerSizeBytes - 1)),
            target[ConsumerOffset..]);
        BinaryPrimitives.WriteUInt64LittleEndian(target[FlagsOffset..], flags);
        BinaryPrimitives.WriteUInt32LittleEndian(target[LineCountOffset..], 1);
    }

    private static void WriteAttribute(Span<byte> target, uint id, ulong value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(target[AttributeCountOffset..], 1);
        BinaryPrimitives.WriteUInt32LittleEndian(target[AttributeIdOffset..], id);
        BinaryPrimitives.WriteUInt64LittleEndian(target[AttributeValuesOffset..], value);
        BinaryPrimitives.WriteUInt64LittleEndian(target[AttributeMaskOffset..], 1);
    }
}
