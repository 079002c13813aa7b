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
    private const int ErrorNotPermitted = 1;
    private const int ErrorInterrupted = 4;
    private const int ErrorInputOutput = 5;
    private const int ErrorAgain = 11;
    private const int ErrorNoMemory = 12;
    private const int ErrorFault = 14;
    private const int ErrorNoSpace = 28;
    private const int ErrorHardwarePoison = 133;
    private const int ErrorReadOnly = 30;
    private const int ErrorNotSupported = 95;
    private const int ErrorNotImplemented = 38;
    private const int ErrorQuota = 122;
    private const uint SyncRangeWaitBefore = 1;
    private const uint SyncRangeWrite = 2;
    private const int AdviceDontNeed = 4;
    private const int AdvicePopulateRead = 22;
    private const int AccessWrite = 2;

    /// <summary>More than statfs(2) gives on any machine; the file system's number is its first word.</summary>
    private const int FileSystemSizeBytes = 512;
    private const int Ext4Number = 0xEF53;
    private const int XfsNumber = 0x58465342;
    private const int BackgroundNiceness = 10;
    private const int ProtectionReadWrite = 1 | 2;
    private const int MapPrivateAnonymousNoReserve = 0x02 | 0x20 | 0x4000;
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

    /// <summary>sync_file_range(2): the device is given what of a range it lacks.</summary>
    /// <returns>False where the call is not to be had, or not now: the next sync does it.</returns>
    /// <exception cref="IOException">A page found no place: no sync tells of it any more.</exception>
    internal static bool TryStartWriteBack(SafeFileHandle file, long offset, long length, string path)
    {
        if (sync_file_range(file, offset, length, SyncRangeWrite) == 0)
        {
            return true;
        }

        var error = Marshal.GetLastPInvokeError();
        return error is ErrorNotImplemented or ErrorNotPermitted or ErrorInterrupted or ErrorAgain or ErrorNoMemory
            ? false
            : throw Failure("sync_file_range", path, error);
    }

    /// <summary>sync_file_range(2): the device has what it was given of a range.</summary>
    /// <exception cref="IOException">
    /// The device failed. That is told once, to whoever asks first: the next sync would say that all is well.
    /// </exception>
    internal static void AwaitWriteBack(SafeFileHandle file, long offset, long length, string path)
    {
        if (sync_file_range(file, offset, length, SyncRangeWaitBefore) != 0)
        {
            throw Failure("sync_file_range", path, Marshal.GetLastPInvokeError());
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

    /// <summary>
    /// Whether the file system keeps in its tree which reserved blocks were never written: ext4 and XFS. Others do not,
    /// or write elsewhere each time.
    /// </summary>
    internal static unsafe bool NotesFirstWrites(SafeFileHandle file)
    {
        var found = stackalloc byte[FileSystemSizeBytes];
        return fstatfs64(file, found) == 0 && (int)*(nint*)found is Ext4Number or XfsNumber;
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

    /// <summary>Drops what the kernel keeps of a range of a file, so that the next read asks the device.</summary>
    /// <remarks>Advice: what is dirty or mapped stays, and a file system may ignore it.</remarks>
    internal static void Forget(SafeFileHandle file, long offset, long length) =>
        posix_fadvise64(file, offset, length, AdviceDontNeed);

    /// <summary>Private zeros that take no memory until they are written.</summary>
    internal static unsafe byte* ReserveMemory(nuint sizeBytes)
    {
        var address = mmap64(0, sizeBytes, ProtectionReadWrite, MapPrivateAnonymousNoReserve, -1, 0);
        return address != -1
            ? (byte*)address
            : throw Failure("mmap", "memory for a compressed segment", Marshal.GetLastPInvokeError());
    }

    /// <summary>Makes reserved memory zeros that take no memory again.</summary>
    internal static unsafe void ReleaseMemory(byte* address, nuint sizeBytes) =>
        madvise((nint)address, sizeBytes, AdviceDontNeed);

    /// <summary>Ends reserved memory.</summary>
    internal static unsafe void EndMemory(byte* address, nuint sizeBytes) => munmap((nint)address, sizeBytes);

    /// <summary>Has whole pages of a mapped file read, MADV_POPULATE_READ of madvise(2).</summary>
    /// <returns>False where looking at them would end the process. A kernel before 5.14 can't tell: true.</returns>
    internal static unsafe bool TryPopulate(byte* start, int sizeBytes)
    {
        int error;
        do
        {
            error = madvise((nint)start, (nuint)sizeBytes, AdvicePopulateRead) == 0
                ? 0
                : Marshal.GetLastPInvokeError();
        }
        while (error == ErrorInterrupted);
        return error is not (ErrorFault or ErrorInputOutput or ErrorHardwarePoison);
    }

    /// <summary>Which pages of a mapped file are in memory, mincore(2): the lowest bit of a byte for each
    /// page.</summary>
    /// <returns>False where the kernel does not say.</returns>
    internal static unsafe bool TryGetResidency(byte* start, int sizeBytes, Span<byte> pages)
    {
        fixed (byte* target = pages)
        {
            return mincore((nint)start, (nuint)sizeBytes, target) == 0;
        }
    }

    /// <summary>Whether mincore(2) says the truth of a file: to who may not write to it, it says that all is in
    /// memory.</summary>
    internal static bool TellsResidency(string path) => access(path, AccessWrite) == 0;

    /// <summary>Lets every other thread of the machine go before the calling one, for the rest of its life.</summary>
    internal static void LowerThreadPriority() => setpriority(0, 0, BackgroundNiceness);

    /// <summary>Whether an error of the framework says that the file system is read-only.</summary>
    internal static bool IsReadOnly(IOException error) => error.HResult == ErrorReadOnly;

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
    private static partial int sync_file_range(SafeFileHandle file, long offset, long length, uint flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fallocate64(SafeFileHandle file, int mode, long offset, long length);

    [LibraryImport("libc")]
    private static unsafe partial int fstatfs64(SafeFileHandle file, byte* found);

    [LibraryImport("libc")]
    private static partial int posix_fadvise64(SafeFileHandle file, long offset, long length, int advice);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint mmap64(nint address, nuint length, int protection, int flags, int file, long offset);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int madvise(nint address, nuint length, int advice);

    [LibraryImport("libc")]
    private static unsafe partial int mincore(nint address, nuint length, byte* pages);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int access(string path, int mode);

    [LibraryImport("libc")]
    private static partial int setpriority(int which, int who, int niceness);

    [LibraryImport("libc")]
    private static partial int munmap(nint address, nuint length);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags, int mode);
}
