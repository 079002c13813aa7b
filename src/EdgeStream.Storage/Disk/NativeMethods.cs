using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EdgeStream.Storage;

/// <summary>
/// The system calls whose result decides about durability. The framework's own flush calls hide some failures.
/// </summary>
/// <remarks>The 64-bit variants are named, so that offsets are 64 bits wide on 32-bit ARM too.</remarks>
internal static partial class NativeMethods
{
    private const int ErrorInterrupted = 4;
    private const int ErrorNoSpace = 28;
    private const int ErrorNotSupported = 95;
    private const int ErrorNotImplemented = 38;
    private const int ErrorQuota = 122;
    private const int OpenReadOnlyDirectory = 0x10000 | 0x80000;
    private const int OpenReadOnlyDirectoryArm = 0x4000 | 0x80000;

    /// <summary>fdatasync(2): the file's data, and its size where that changed, are on the device.</summary>
    internal static void SyncData(SafeFileHandle file, string path)
    {
        while (fdatasync(file) != 0)
        {
            ThrowUnlessInterrupted("fdatasync", path);
        }
    }

    /// <summary>fsync(2) of a folder: the names in it are on the device.</summary>
    internal static void SyncFolder(string folder)
    {
        var isArm = RuntimeInformation.ProcessArchitecture is Architecture.Arm or Architecture.Arm64;
        var descriptor = open(folder, isArm ? OpenReadOnlyDirectoryArm : OpenReadOnlyDirectory, 0);
        if (descriptor < 0)
        {
            throw Failure("open", folder, Marshal.GetLastPInvokeError());
        }

        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        while (fsync(handle) != 0)
        {
            ThrowUnlessInterrupted("fsync", folder);
        }
    }

    /// <summary>Reserves zeroed blocks; false where the file system cannot and the caller has to write zeros.</summary>
    internal static bool TryAllocate(SafeFileHandle file, long sizeBytes, string path)
    {
        while (fallocate64(file, 0, 0, sizeBytes) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error is ErrorNotSupported or ErrorNotImplemented)
            {
                return false;
            }

            if (error != ErrorInterrupted)
            {
                throw Failure("fallocate", path, error);
            }
        }

        return true;
    }

    /// <summary>Whether an error of the framework says that the disk or the quota is full.</summary>
    internal static bool IsDiskFull(IOException error) => error.HResult is ErrorNoSpace or ErrorQuota;

    private static void ThrowUnlessInterrupted(string call, string path)
    {
        var error = Marshal.GetLastPInvokeError();
        if (error != ErrorInterrupted)
        {
            throw Failure(call, path, error);
        }
    }

    private static IOException Failure(string call, string path, int error)
    {
        var message = $"{call} of {path} failed: {new Win32Exception(error).Message} (errno {error})";
        return error is ErrorNoSpace or ErrorQuota
            ? new DiskFullException(message)
            : new IOException(message, error);
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fdatasync(SafeFileHandle file);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fsync(SafeFileHandle file);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fallocate64(SafeFileHandle file, int mode, long offset, long length);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags, int mode);
}
