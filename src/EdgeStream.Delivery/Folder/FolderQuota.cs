namespace EdgeStream.Delivery;

/// <summary>Keeps one delivery's files below a number of bytes by removing the oldest.</summary>
/// <remarks>
/// The folders are named by time, so the oldest files are in the folder whose path sorts first; of one hour's files the
/// one written first goes first. Only files named as this delivery's objects are counted and removed. Memory: one
/// hour's names. Not thread-safe.
/// </remarks>
internal sealed class FolderQuota(string root, string deliveryName, long maximumBytes)
{
    private static readonly EnumerationOptions EverywhereButThroughLinks = new()
    {
        RecurseSubdirectories = true,
        AttributesToSkip = FileAttributes.ReparsePoint,
    };

    private long? _bytes;

    /// <summary>Files removed since the start.</summary>
    public long RemovedObjects { get; private set; }

    /// <summary>
    /// Removes the oldest files until <paramref name="bytes"/> more fit, or nothing is left to remove.
    /// </summary>
    public void MakeRoomFor(long bytes)
    {
        _bytes ??= Measure();
        while (_bytes + bytes > maximumBytes && RemoveOldest(new DirectoryInfo(root), bytes))
        {
        }
    }

    /// <summary>The delivery's files have grown by this much.</summary>
    public void Added(long bytes) => _bytes += bytes;

    private long Measure() =>
        new DirectoryInfo(root).EnumerateFiles("*", EverywhereButThroughLinks)
            .Where(file => ObjectName.IsFileOf(deliveryName, file.Name))
            .Sum(file => file.Length);

    /// <summary>Removes files of the first folder that has any; false when no folder has.</summary>
    private bool RemoveOldest(DirectoryInfo folder, long bytes)
    {
        foreach (var child in folder.GetDirectories().OrderBy(child => child.Name, StringComparer.Ordinal))
        {
            if (child.LinkTarget is null && RemoveOldest(child, bytes))
            {
                return true;
            }
        }

        var files = folder.GetFiles()
            .Where(file => ObjectName.IsFileOf(deliveryName, file.Name))
            .OrderBy(file => file.LastWriteTimeUtc).ThenBy(file => file.Name, StringComparer.Ordinal);
        var removed = false;
        foreach (var file in files)
        {
            if (_bytes + bytes <= maximumBytes)
            {
                break;
            }

            _bytes -= file.Length;
            file.Delete();
            RemovedObjects++;
            removed = true;
        }

        RemoveIfEmpty(folder);
        return removed;
    }

    private void RemoveIfEmpty(DirectoryInfo folder)
    {
        if (folder.FullName != root && !folder.EnumerateFileSystemInfos().Any())
        {
            folder.Delete();
        }
    }
}
