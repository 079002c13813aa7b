using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EdgeStream.Devices;

/// <summary>Reads a register by the kernel's I2C device: its number is written and its bytes are read at
/// once.</summary>
/// <remarks>Source: the kernel's Documentation/i2c/dev-interface.rst. The device is opened for each reading, so that a
/// bus that was unplugged is found again.</remarks>
internal sealed unsafe partial class I2cProbe(string root, I2cRegister register) : ISensorProbe
{
    private const int ReadWrite = 2;
    private const int CloseOnExec = 0x80000;
    private const nuint UseChip = 0x0703;
    private const nuint Transfer = 0x0707;
    private const ushort IsRead = 1;
    private const int Busy = 16;

    private readonly string _path = Path.Combine(root, $"dev/i2c-{register.Bus}");

    /// <inheritdoc/>
    public SensorValue Read()
    {
        using var bus = new SafeFileHandle(OpenFile(_path, ReadWrite | CloseOnExec), ownsHandle: true);
        if (bus.IsInvalid)
        {
            throw new IOException(
                $"{_path} cannot be opened: {LastError()}. The module i2c-dev must be loaded, and the user that runs "
                + "the gateway needs access to it, usually by the group i2c.");
        }

        if (Control(bus, UseChip, (void*)register.Chip) < 0)
        {
            throw new IOException(Marshal.GetLastPInvokeError() == Busy
                ? $"The chip 0x{register.Chip:x2} of {_path} has a driver: read it by hwmon or iio, or unbind that."
                : $"The chip 0x{register.Chip:x2} of {_path} cannot be used: {LastError()}.");
        }

        Span<byte> bytes = stackalloc byte[I2cRegister.SizeBytesMax];
        Exchange(bus, bytes[..register.Field.End]);
        return ValueOf(register.Field.Read(bytes));
    }

    private void Exchange(SafeFileHandle bus, Span<byte> answer)
    {
        var number = stackalloc byte[2];
        number[0] = (byte)(register.IsWide ? register.Register >> 8 : register.Register);
        number[1] = (byte)register.Register;
        fixed (byte* bytes = answer)
        {
            var messages = stackalloc Message[2];
            messages[0] = new Message
            {
                Chip = (ushort)register.Chip, Length = (ushort)(register.IsWide ? 2 : 1), Bytes = number,
            };
            messages[1] = new Message
            {
                Chip = (ushort)register.Chip, Flags = IsRead, Length = (ushort)answer.Length, Bytes = bytes,
            };
            var transfer = new MessageList { Messages = messages, Count = 2 };
            if (Control(bus, Transfer, &transfer) < 0)
            {
                throw new IOException($"The chip 0x{register.Chip:x2} of {_path} does not answer: {LastError()}.");
            }
        }
    }

    private static SensorValue ValueOf(ReadingValue value) => value.Kind switch
    {
        ReadingKind.Double => SensorValue.Of(BitConverter.Int64BitsToDouble(value.Bits)),
        ReadingKind.Single => SensorValue.Of(BitConverter.Int32BitsToSingle((int)value.Bits)),
        ReadingKind.Signed or ReadingKind.Boolean => SensorValue.Of(value.Bits),
        ReadingKind.Unsigned => SensorValue.Of((double)(ulong)value.Bits),
        _ => throw new IOException("The register holds no number."),
    };

    private static string LastError() => Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFile(string path, int flags);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(SafeFileHandle handle, nuint request, void* argument);

    /// <summary>struct i2c_msg.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Message
    {
        public ushort Chip;
        public ushort Flags;
        public ushort Length;
        public byte* Bytes;
    }

    /// <summary>struct i2c_rdwr_ioctl_data.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct MessageList
    {
        public Message* Messages;
        public uint Count;
    }
}
