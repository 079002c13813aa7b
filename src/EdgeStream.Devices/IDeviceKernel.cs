using Microsoft.Win32.SafeHandles;

namespace EdgeStream.Devices;

/// <summary>The kernel's character devices of chips and lines, as far as requests (ioctl) go.</summary>
internal interface IDeviceKernel
{
    /// <summary>Opens a device such as <c>/dev/gpiochip0</c> for reading and writing.</summary>
    /// <param name="device">The device's file.</param>
    /// <param name="need">What must be there, a whole sentence, for the error's message.</param>
    /// <exception cref="IOException">It cannot be opened.</exception>
    SafeFileHandle Open(string device, string need);

    /// <summary>Sends a request with its structure, which the kernel may change; 0, or the error's number.</summary>
    int Request(SafeFileHandle handle, uint request, Span<byte> structure);

    /// <summary>Sends a request with a number; 0, or the error's number.</summary>
    int Request(SafeFileHandle handle, uint request, uint number);
}
