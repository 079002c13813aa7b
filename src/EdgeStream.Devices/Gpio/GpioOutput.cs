using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EdgeStream.Devices;

/// <summary>One GPIO line that the gateway drives, by the kernel's character device.</summary>
/// <remarks>
/// The line is taken with the first value and driven until this is disposed of or the process ends; what it is then is
/// the board's business (most let it float, or pull it as the device tree says). Nobody else can take it meanwhile.
/// Not thread-safe.
/// </remarks>
public sealed class GpioOutput : IDisposable
{
    private const string Consumer = "edgestream";

    private readonly IDeviceKernel _kernel;
    private readonly string _chip;
    private readonly uint _line;
    private readonly bool _isActiveLow;
    private SafeFileHandle? _handle;

    /// <summary>Names a line; nothing is opened yet.</summary>
    /// <param name="chip">The chip's device, such as <c>/dev/gpiochip0</c>.</param>
    /// <param name="line">The line's number on it.</param>
    /// <param name="isActiveLow">Whether on is the low level.</param>
    public GpioOutput(string chip, int line, bool isActiveLow)
        : this(DeviceKernel.Running, chip, line, isActiveLow)
    {
    }

    internal GpioOutput(IDeviceKernel kernel, string chip, int line, bool isActiveLow)
    {
        _kernel = kernel;
        _chip = chip;
        _line = (uint)line;
        _isActiveLow = isActiveLow;
    }

    /// <summary>Takes the line if it is not taken yet, and switches it.</summary>
    /// <exception cref="IOException">The chip or the line cannot be used; the next call takes it anew.</exception>
    public void Set(bool isOn)
    {
        if (_handle is null)
        {
            _handle = Take(isOn);
            return;
        }

        Span<byte> values = stackalloc byte[GpioFormat.ValuesSizeBytes];
        GpioFormat.WriteValues(values, isOn);
        var error = _kernel.Request(_handle, GpioFormat.SetValues, values);
        if (error != 0)
        {
            Dispose();
            throw Problem("cannot be switched", error);
        }
    }

    /// <summary>Lets the line go.</summary>
    public void Dispose()
    {
        _handle?.Dispose();
        _handle = null;
    }

    private SafeFileHandle Take(bool isOn)
    {
        using var chip = _kernel.Open(_chip, GpioFormat.Need);
        Span<byte> request = stackalloc byte[GpioFormat.RequestSizeBytes];
        GpioFormat.WriteRequest(request, _line, Consumer, _isActiveLow, isOn);
        var error = _kernel.Request(chip, GpioFormat.GetLine, request);
        return error == 0
            ? new SafeFileHandle(GpioFormat.ReadDescriptor(request), ownsHandle: true)
            : throw Problem("cannot be taken", error);
    }

    private IOException Problem(string what, int error) =>
        new($"Line {_line} of {_chip} {what}: {Marshal.GetPInvokeErrorMessage(error)}.");
}
