using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EdgeStream.Devices;

/// <summary>Reads a register by the kernel's SPI device: a command is sent, and the answer received while the chip
/// stays selected.</summary>
/// <remarks>Source: the kernel's Documentation/spi/spidev.rst. The device is opened for each reading, so that a bus
/// that was unplugged is found again. Only a chip that no driver of the kernel has can have such a device.</remarks>
internal sealed unsafe class SpiProbe(IDeviceKernel kernel, string root, SpiRegister register) : ISensorProbe
{
    private const string Need = "The chip must be one of the module spidev, which the board's device tree says, and "
        + "the user that runs the gateway needs access to it, usually by the group spi.";

    private const int TransfersMax = 2;

    private readonly string _path = Path.Combine(root, $"dev/spidev{register.Device}");
    private readonly byte[] _command = InWords(register.Command, register.WordSizeBytes);
    private readonly byte[] _setup = InWords(register.Setup, register.WordSizeBytes);

    /// <summary>Not after a reading that failed: a chip that was without power has forgotten.</summary>
    private bool _isSetUp;

    /// <inheritdoc/>
    public SensorValue Read()
    {
        var isSetUp = _isSetUp;
        _isSetUp = false;
        using var device = kernel.Open(_path, Need);
        if (register.Mode is { } mode)
        {
            SetMode(device, (uint)mode);
        }

        if (!isSetUp && _setup.Length > 0)
        {
            Exchange(device, _setup, []);
        }

        Span<byte> bytes = stackalloc byte[SpiRegister.SizeBytesMax];
        var answer = bytes[..register.Field.End];
        Exchange(device, _command, answer);
        _isSetUp = true;
        TurnWords(answer, register.WordSizeBytes);
        return SensorValue.Of(register.Field.Read(answer));
    }

    /// <summary>What else is set, such as the level that selects the chip, stays.</summary>
    private void SetMode(SafeFileHandle device, uint mode)
    {
        Span<byte> structure = stackalloc byte[sizeof(uint)];
        structure.Clear();
        var error = kernel.Request(device, SpiFormat.ReadMode, structure);
        var before = BinaryPrimitives.ReadUInt32LittleEndian(structure);
        var wanted = (before & ~SpiFormat.ClockBits) | mode;
        if (error == 0 && wanted != before)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(structure, wanted);
            error = kernel.Request(device, SpiFormat.WriteMode, structure);
        }

        if (error != 0)
        {
            throw new IOException($"{_path} does not take mode {mode}: {Marshal.GetPInvokeErrorMessage(error)}.");
        }
    }

    private void Exchange(SafeFileHandle device, ReadOnlySpan<byte> command, Span<byte> answer)
    {
        Span<byte> transfers = stackalloc byte[TransfersMax * SpiFormat.TransferSizeBytes];
        var count = 0;
        fixed (byte* sent = command)
        fixed (byte* received = answer)
        {
            if (command.Length > 0)
            {
                SpiFormat.WriteTransfer(transfers, (nint)sent, 0, command.Length, register);
                count++;
            }

            if (answer.Length > 0)
            {
                SpiFormat.WriteTransfer(
                    transfers[(count * SpiFormat.TransferSizeBytes)..], 0, (nint)received, answer.Length, register);
                count++;
            }

            var error = kernel.Request(
                device, SpiFormat.MessageOf(count), transfers[..(count * SpiFormat.TransferSizeBytes)]);
            if (error != 0)
            {
                throw new IOException($"{_path} cannot be read: {Marshal.GetPInvokeErrorMessage(error)}.");
            }
        }
    }

    private static byte[] InWords(byte[] bytes, int wordSizeBytes)
    {
        var turned = bytes.ToArray();
        TurnWords(turned, wordSizeBytes);
        return turned;
    }

    /// <summary>The kernel has words in the machine's order; the wire has the highest bit first.</summary>
    private static void TurnWords(Span<byte> bytes, int wordSizeBytes)
    {
        for (var at = 0; at < bytes.Length; at += wordSizeBytes)
        {
            bytes.Slice(at, wordSizeBytes).Reverse();
        }
    }
}
