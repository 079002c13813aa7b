using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EdgeStream.Devices;

/// <summary>Reads a register by the kernel's I2C device: its number is written and its bytes are read at
/// once.</summary>
/// <remarks>Source: the kernel's Documentation/i2c/dev-interface.rst. The device is opened for each reading, so that a
/// bus that was unplugged is found again.</remarks>
internal sealed unsafe class I2cProbe(IDeviceKernel kernel, string root, I2cRegister register) : ISensorProbe
{
    private const string Need = "The module i2c-dev must be loaded, and the user that runs the gateway needs access to "
        + "it, usually by the group i2c.";

    private const uint UseChip = 0x0703;
    private const uint Transfer = 0x0707;
    private const ushort IsRead = 1;
    private const int Busy = 16;

    private readonly string _path = Path.Combine(root, $"dev/i2c-{register.Bus}");

    /// <summary>Not after a reading that failed: a chip that was without power has forgotten.</summary>
    private bool _isSetUp;

    /// <inheritdoc/>
    public SensorValue Read()
    {
        var isSetUp = _isSetUp;
        _isSetUp = false;
        using var bus = kernel.Open(_path, Need);
        var error = kernel.Request(bus, UseChip, (uint)register.Chip);
        if (error != 0)
        {
            throw new IOException(error == Busy
                ? $"The chip 0x{register.Chip:x2} of {_path} has a driver: read it by hwmon or iio, or unbind that."
                : $"The chip 0x{register.Chip:x2} of {_path} cannot be used: {Marshal.GetPInvokeErrorMessage(error)}.");
        }

        if (!isSetUp && register.Setup.Length > 0)
        {
            Exchange(bus, register.Setup, []);
        }

        Span<byte> bytes = stackalloc byte[I2cRegister.SizeBytesMax];
        Exchange(bus, register.Register, bytes[..register.Field.End]);
        _isSetUp = true;
        return SensorValue.Of(register.Field.Read(bytes));
    }

    private void Exchange(SafeFileHandle bus, ReadOnlySpan<byte> command, Span<byte> answer)
    {
        fixed (byte* sent = command)
        fixed (byte* received = answer)
        {
            var messages = stackalloc Message[2];
            var count = 0;
            if (command.Length > 0)
            {
                messages[count++] = new Message
                {
                    Chip = (ushort)register.Chip, Length = (ushort)command.Length, Bytes = sent,
                };
            }

            if (answer.Length > 0)
            {
                messages[count++] = new Message
                {
                    Chip = (ushort)register.Chip, Flags = IsRead, Length = (ushort)answer.Length, Bytes = received,
                };
            }

            var transfer = new MessageList { Messages = messages, Count = (uint)count };
            var error = kernel.Request(bus, Transfer, new Span<byte>(&transfer, sizeof(MessageList)));
            if (error != 0)
            {
                throw new IOException($"The chip 0x{register.Chip:x2} of {_path} does not answer: "
                    + $"{Marshal.GetPInvokeErrorMessage(error)}.");
            }
        }
    }

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
