using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EdgeStream.Devices;

/// <summary>The running kernel's character devices.</summary>
internal sealed unsafe partial class DeviceKernel : IDeviceKernel
{
    private const int ReadWrite = 2;
    private const int CloseOnExec = 0x80000;

    /// <summary>It has no state: one serves all.</summary>
    internal static DeviceKernel Running { get; } = new();

    /// <inheritdoc/>
    public SafeFileHandle Open(string device, string need)
    {
        var descriptor = OpenFile(device, ReadWrite | CloseOnExec);
        return descriptor >= 0
            ? new SafeFileHandle(descriptor, ownsHandle: true)
            : throw new IOException(
                $"{device} cannot be opened: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}. {need}");
    }

    /// <inheritdoc/>
    public int Request(SafeFileHandle handle, uint request, Span<byte> structure)
    {
        fixed (byte* bytes = structure)
        {
            return Control(handle, request, bytes) < 0 ? Marshal.GetLastPInvokeError() : 0;
        }
    }

    /// <inheritdoc/>
    public int Request(SafeFileHandle handle, uint request, uint number) =>
        Control(handle, request, (byte*)number) < 0 ? Marshal.GetLastPInvokeError() : 0;

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFile(string path, int flags);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(SafeFileHandle handle, nuint request, byte* structure);
}
