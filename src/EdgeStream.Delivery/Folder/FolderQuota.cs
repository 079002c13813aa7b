namespace EdgeStream.Delivery;

/// <summary>Keeps one delivery's files below a number of bytes by removing the oldest.</summary>
/// <remarks>
/// <para>Within a series (one shard of one data folder) the lowest sequence number is the oldest, whatever the clock
/// said when the file was written: a board starts in 1970 until it learns the time. Between series, the time of writing
/// decides, taken as never going back within a series.</para>
/// <para>Only files named as this delivery's objects are counted and removed. Memory: <see cref="KeptMax"/> names a
/// series; when those of one are used up the folder is listed again. Not thread-safe, but for
/// <see cref="RemovedObjects"/>.</para>
/// </remarks>
internal sealed class FolderQuota(string root, string deliveryName, long maximumBytes)
{
    private const int KeptMax = 256;

    private static readonly EnumerationOptions EverywhereButThroughLinks = new()
    {
        RecurseSubdirectories = true,
        AttributesToSkip = FileAttributes.ReparsePoint,
    };

    private readonly List<Queue<Candidate>> _oldestOfSeries = [];
    private bool _isListed;
    private long _bytes;
    private long _removedObjects;

    /// <summary>Files removed since the start.</summary>
    public long RemovedObjects => Interlocked.Read(ref _removedObjects);

    /// <summary>
    /// Removes the oldest files until <paramref name="bytes"/> more fit, or nothing is left to remove.
    /// </summary>
    public void MakeRoomFor(long bytes)
    {
        if (!_isListed)
        {
            ListOldest();
        }

        while (_bytes + bytes > maximumBytes)
        {
            if (_oldestOfSeries.Count == 0 || _oldestOfSeries.Exists(series => series.Count == 0))
            {
                ListOldest();
            }

            if (_oldestOfSeries.Count == 0 || _bytes + bytes <= maximumBytes)
            {
                return;
            }

            Remove(_oldestOfSeries.MinBy(series => series.Peek().WrittenAt)!.Dequeue());
        }
    }

    /// <summary>The delivery's files have grown by this much.</summary>
    public void Added(long bytes) => _bytes += bytes;

    /// <summary>Measures the delivery's files, and notes the oldest of every series.</summary>
    private void ListOldest()
    {
        var found = new Dictionary<string, PriorityQueue<Candidate, long>>(StringComparer.Ordinal);
        _bytes = 0;
        foreach (var file in new DirectoryInfo(root).EnumerateFiles("*", EverywhereButThroughLinks))
        {
            if (!ObjectName.TryParse(deliveryName, file.Name, out var series, out var first))
            {
                continue;
            }

            _bytes += file.Length;
            var lookup = found.GetAlternateLookup<ReadOnlySpan<char>>();
            if (!lookup.TryGetValue(series, out var oldest))
            {
                lookup[series] = oldest = new PriorityQueue<Candidate, long>();
            }

            // The newest comes out first, so that the oldest stay.
            oldest.Enqueue(new Candidate(file.FullName, file.Length, file.LastWriteTimeUtc), -first);
            if (oldest.Count > KeptMax)
            {
                oldest.Dequeue();
            }
        }

        _oldestOfSeries.Clear();
        _oldestOfSeries.AddRange(found.Values.Select(InOrder));
        _isListed = true;
    }

    private static Queue<Candidate> InOrder(PriorityQueue<Candidate, long> newestFirst)
    {
        var files = new Candidate[newestFirst.Count];
        for (var i = files.Length - 1; i >= 0; i--)
        {
            files[i] = newestFirst.Dequeue();
        }

        for (var i = 1; i < files.Length; i++)
        {
            if (files[i].WrittenAt < files[i - 1].WrittenAt)
            {
                files[i] = files[i] with { WrittenAt = files[i - 1].WrittenAt };
            }
        }

        return new Queue<Candidate>(files);
    }

    private void Remove(Candidate candidate)
    {
        var file = new FileInfo(candidate.Path);
        _bytes -= file.Exists ? file.Length : candidate.Length;
        if (file.Exists)
        {
            file.Delete();
            Interlocked.Increment(ref _removedObjects);
        }

        for (var folder = file.Directory;
            folder is { Exists: true } && folder.FullName.Length > root.Length
                && !folder.EnumerateFileSystemInfos().Any();
            folder = folder.Parent)
        {
            folder.Delete();
        }
    }

    private readonly record struct Candidate(string Path, long Length, DateTime WrittenAt);
}
