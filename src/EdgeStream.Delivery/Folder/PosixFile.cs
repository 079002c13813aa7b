using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EdgeStream.Delivery;

/// <summary>
/// The durability calls of libc with their results checked: the framework's own swallow some errors of <c>fsync</c>.
/// </summary>
internal static partial class PosixFile
{
    private const int ReadOnly = 0;
    private const int CloseOnExec = 0x80000;

    /// <summary>Makes a file's bytes and size durable.</summary>
    /// <exception cref="IOException">The sync failed; what is on disk is unknown.</exception>
    public static void Sync(SafeFileHandle file, string path)
    {
        if (FSync(file) != 0)
        {
            ThrowLastError("fsync", path);
        }
    }

    /// <summary>Makes a folder's entries durable: what was created, renamed or removed in it.</summary>
    /// <exception cref="IOException">The folder cannot be opened, or the sync failed.</exception>
    public static void SyncFolder(string path)
    {
        using var folder = Open(path, ReadOnly | CloseOnExec);
        if (folder.IsInvalid || FSync(folder) != 0)
        {
            ThrowLastError("fsync of folder", path);
        }
    }

    private static void ThrowLastError(string call, string path)
    {
        var error = Marshal.GetLastPInvokeError();
        throw new IOException($"{call} '{path}': {Marshal.GetPInvokeErrorMessage(error)}", error);
    }

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FSync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle Open(string path, int flags);
}
