using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EdgeStream.Devices;

/// <summary>The running kernel's GPIO character devices.</summary>
internal sealed unsafe partial class GpioKernel : IGpioKernel
{
    private const int ReadWrite = 2;
    private const int CloseOnExec = 0x80000;

    /// <inheritdoc/>
    public SafeFileHandle Open(string chip)
    {
        var descriptor = OpenFile(chip, ReadWrite | CloseOnExec);
        return descriptor >= 0
            ? new SafeFileHandle(descriptor, ownsHandle: true)
            : throw new IOException(
                $"{chip} cannot be opened: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}. The user "
                + "that runs the gateway needs access to it, usually by the group gpio.");
    }

    /// <inheritdoc/>
    public int Request(SafeFileHandle handle, uint request, Span<byte> structure)
    {
        fixed (byte* bytes = structure)
        {
            return Control(handle, request, bytes) < 0 ? Marshal.GetLastPInvokeError() : 0;
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFile(string path, int flags);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(SafeFileHandle handle, nuint request, byte* structure);
}
