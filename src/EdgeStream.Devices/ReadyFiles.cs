using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EdgeStream.Devices;

/// <summary>Waits until files of devices have something to read, and reads it.</summary>
internal static unsafe partial class ReadyFiles
{
    /// <summary>The most files that are waited for at once.</summary>
    internal const int CountMax = 64;

    /// <summary>The error of a read that would have to wait.</summary>
    internal const int Again = 11;

    private const short Readable = 1;
    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;

    /// <summary>Opens a device for reads that do not wait.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    internal static SafeFileHandle Open(string path)
    {
        var descriptor = OpenFile(path, NonBlocking | CloseOnExec);
        return descriptor >= 0
            ? new SafeFileHandle(descriptor, ownsHandle: true)
            : throw new IOException(
                $"{path} cannot be opened: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}.");
    }

    /// <summary>Waits until one of the files has something or is in trouble, at most for a time.</summary>
    /// <param name="files">The files, at most <see cref="CountMax"/>.</param>
    /// <param name="timeoutMs">The time in milliseconds.</param>
    /// <param name="isReady">Which files have something to read, an error included.</param>
    internal static void Wait(ReadOnlySpan<SafeFileHandle> files, int timeoutMs, Span<bool> isReady)
    {
        var polled = stackalloc Polled[CountMax];
        for (var i = 0; i < files.Length; i++)
        {
            polled[i] = new Polled { Descriptor = (int)files[i].DangerousGetHandle(), Wanted = Readable };
        }

        var count = Poll(polled, (nuint)files.Length, timeoutMs);
        for (var i = 0; i < files.Length; i++)
        {
            isReady[i] = count > 0 && polled[i].Found != 0;
        }
    }

    /// <summary>Reads what there is; 0 at the end, less than 0 with the error's number.</summary>
    internal static int Read(SafeFileHandle file, Span<byte> buffer, out int error)
    {
        fixed (byte* bytes = buffer)
        {
            var read = (int)Read(file, bytes, buffer.Length);
            error = read < 0 ? Marshal.GetLastPInvokeError() : 0;
            return read;
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFile(string path, int flags);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(Polled* polled, nuint count, int timeoutMs);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(SafeFileHandle handle, byte* bytes, nint count);

    /// <summary>struct pollfd.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Polled
    {
        public int Descriptor;
        public short Wanted;
        public short Found;
    }
}
