using Microsoft.Win32.SafeHandles;

namespace EdgeStream.Devices;

/// <summary>The kernel's GPIO character devices, as far as output lines need them.</summary>
internal interface IGpioKernel
{
    /// <summary>Opens a chip such as <c>/dev/gpiochip0</c> for reading and writing.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    SafeFileHandle Open(string chip);

    /// <summary>Sends a request with its structure, which the kernel may change; 0, or the error's number.</summary>
    int Request(SafeFileHandle handle, uint request, Span<byte> structure);
}
