using System.Buffers.Binary;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace EdgeStream.Devices;

/// <summary>Lists the lines of the kernel's GPIO chips.</summary>
/// <remarks>
/// <c>gpiochip_info</c>, 68 bytes: name 32, label 32, number of lines u32. <c>gpio_v2_line_info</c>, 256 bytes: name
/// 32, consumer 32, line u32 at 64, flags u64 at 72. Source: <c>linux/gpio.h</c>.
/// </remarks>
public static class GpioChips
{
    private const int LinesMax = 4096;
    private const int NameSizeBytes = 32;

    /// <summary>_IOR(0xB4, 0x01, struct gpiochip_info).</summary>
    private const uint GetChip = 0x8044B401;
    private const int ChipSizeBytes = 68;
    private const int ChipLinesOffset = 64;

    /// <summary>_IOWR(0xB4, 0x05, struct gpio_v2_line_info).</summary>
    private const uint GetLine = 0xC100B405;
    private const int LineSizeBytes = 256;
    private const int LineNumberOffset = 64;
    private const int LineFlagsOffset = 72;
    private const ulong Used = 1;
    private const ulong Output = 1 << 3;

    /// <summary>Every line of every chip that may be opened, at most 4,096.</summary>
    /// <param name="root">The folder that holds <c>dev</c>.</param>
    public static IReadOnlyList<OfferedLine> List(string root)
    {
        var found = new List<OfferedLine>();
        var kernel = DeviceKernel.Running;
        foreach (var path in KernelFolder.List(Path.Combine(root, "dev"), "gpiochip"))
        {
            try
            {
                using var chip = kernel.Open(path, GpioFormat.Need);
                AddLines(found, kernel, chip, path);
            }
            catch (IOException)
            {
                // A chip that may not be opened has no lines for this user.
            }
        }

        return found;
    }

    private static void AddLines(List<OfferedLine> found, DeviceKernel kernel, SafeFileHandle chip, string path)
    {
        Span<byte> information = stackalloc byte[ChipSizeBytes];
        Span<byte> line = stackalloc byte[LineSizeBytes];
        if (kernel.Request(chip, GetChip, information) != 0)
        {
            return;
        }

        var label = TextOf(information[NameSizeBytes..]);
        var lines = BinaryPrimitives.ReadUInt32LittleEndian(information[ChipLinesOffset..]);
        for (var number = 0; number < lines && found.Count < LinesMax; number++)
        {
            line.Clear();
            BinaryPrimitives.WriteInt32LittleEndian(line[LineNumberOffset..], number);
            if (kernel.Request(chip, GetLine, line) != 0)
            {
                return;
            }

            var flags = BinaryPrimitives.ReadUInt64LittleEndian(line[LineFlagsOffset..]);
            var user = TextOf(line[NameSizeBytes..]);
            found.Add(new OfferedLine(
                path, label, number, TextOf(line), (flags & Used) == 0 ? "" : user.Length > 0 ? user : "kernel",
                (flags & Output) != 0));
        }
    }

    private static string TextOf(ReadOnlySpan<byte> bytes)
    {
        bytes = bytes[..NameSizeBytes];
        var end = bytes.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? bytes : bytes[..end]);
    }
}
