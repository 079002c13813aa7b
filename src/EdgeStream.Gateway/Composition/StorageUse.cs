using EdgeStream.Streams;

namespace EdgeStream.Gateway.Composition;

/// <summary>How full the disk under the data folder is.</summary>
/// <param name="UsedBytes">What the streams hold.</param>
/// <param name="FreeBytes">What this process may still write on the file system.</param>
/// <param name="TotalBytes">The size of the file system.</param>
internal readonly record struct StorageUse(long UsedBytes, long FreeBytes, long TotalBytes)
{
    /// <summary>Looks at the disk and at the streams.</summary>
    public static StorageUse Of(StreamStore store, string folder)
    {
        long used = 0;
        foreach (var stream in store.Streams)
        {
            used += stream.Statistics.StoredBytes;
        }

        try
        {
            var drive = new DriveInfo(folder);
            return new StorageUse(used, drive.AvailableFreeSpace, drive.TotalSize);
        }
        catch (IOException)
        {
            // A disk that is gone has no room; the streams report its errors themselves.
            return new StorageUse(used, 0, 0);
        }
    }
}
