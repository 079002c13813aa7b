using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EdgeStream.Benchmarks.Areas.Storage.Limits;

/// <summary>The system calls of the limits, with their results checked.</summary>
internal static unsafe partial class PlainFile
{
    private const int ProtectReadWrite = 3;
    private const int MapShared = 1;

    /// <summary>Makes a file of a size with its blocks reserved.</summary>
    public static SafeFileHandle Create(string path, long sizeBytes)
    {
        var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite);
        Check(fallocate64(file, 0, 0, sizeBytes), "fallocate");
        return file;
    }

    /// <summary>Maps a file for reading and writing.</summary>
    public static byte* Map(SafeFileHandle file, long sizeBytes)
    {
        var address = mmap64(null, (nuint)sizeBytes, ProtectReadWrite, MapShared, file, 0);
        Check(address == (void*)-1 ? -1 : 0, "mmap");
        return (byte*)address;
    }

    /// <summary>Ends a mapping.</summary>
    public static void Unmap(byte* address, long sizeBytes) => Check(munmap(address, (nuint)sizeBytes), "munmap");

    /// <summary>Brings what was written to the device.</summary>
    public static void Sync(SafeFileHandle file) => Check(fdatasync(file), "fdatasync");

    /// <summary>Brings the whole file system of a folder to its device.</summary>
    public static void SyncFileSystem(string folder)
    {
        var path = Path.Combine(folder, $".sync-{Guid.NewGuid():N}");
        using var file = File.OpenHandle(
            path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, FileOptions.DeleteOnClose);
        Check(syncfs(file), "syncfs");
    }

    private static void Check(int result, string call)
    {
        if (result != 0)
        {
            throw new IOException($"{call}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fallocate64(SafeFileHandle file, int mode, long offset, long length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial void* mmap64(
        void* address, nuint length, int protection, int flags, SafeFileHandle file, long offset);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int munmap(void* address, nuint length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fdatasync(SafeFileHandle file);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int syncfs(SafeFileHandle file);
}
