using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EdgeStream.Benchmarks.Areas.Append;

/// <summary>The disk's own limit: overwrite a record in blocks that are already written and call fdatasync, again and
/// again.</summary>
internal static partial class BareSync
{
    private const int RecordSize = 100;
    private const int RecordCount = 10_000;

    /// <summary>Syncs per second.</summary>
    /// <exception cref="IOException">The sync failed.</exception>
    public static double Rate(string path, TimeSpan duration)
    {
        using var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite);
        RandomAccess.Write(file, new byte[RecordSize * RecordCount], 0);
        Sync(file);
        var data = new byte[RecordSize];
        var count = 0;
        var started = TimeProvider.System.GetTimestamp();
        for (; TimeProvider.System.GetElapsedTime(started) < duration; count++)
        {
            RandomAccess.Write(file, data, (long)(count % RecordCount) * RecordSize);
            Sync(file);
        }

        return count / TimeProvider.System.GetElapsedTime(started).TotalSeconds;
    }

    private static void Sync(SafeFileHandle file)
    {
        if (SyncData(file) != 0)
        {
            throw new IOException($"fdatasync: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
        }
    }

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int SyncData(SafeFileHandle file);
}
