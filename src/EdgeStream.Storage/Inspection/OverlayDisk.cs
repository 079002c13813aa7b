namespace EdgeStream.Storage;

/// <summary>
/// A disk on top of another one: reads come from below, changes stay in memory. It shows what something would do.
/// </summary>
/// <remarks>
/// Thread-safe by one lock. A file that is written to costs its size in memory; the disk below is never changed.
/// </remarks>
internal sealed class OverlayDisk(IDisk below) : IDisk
{
    private readonly Lock _gate = new();

    /// <summary>Files that differ from those below; null is one that was removed.</summary>
    private readonly SortedDictionary<string, OverlayContent?> _changed = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public IDiskFile Open(string path)
    {
        lock (_gate)
        {
            if (!_changed.TryGetValue(path, out var content))
            {
                return new OverlayFile(this, path, below.Open(path));
            }

            return content is null
                ? throw new FileNotFoundException($"{path} was removed.", path)
                : new OverlayFile(this, path, null);
        }
    }

    /// <inheritdoc/>
    public IDiskFile Create(string path, long sizeBytes)
    {
        lock (_gate)
        {
            _changed[path] = new OverlayContent(checked((int)sizeBytes));
            return new OverlayFile(this, path, null);
        }
    }

    /// <inheritdoc/>
    public byte[]? TryRead(string path)
    {
        lock (_gate)
        {
            return _changed.TryGetValue(path, out var content) ? content?.Bytes.ToArray() : below.TryRead(path);
        }
    }

    /// <inheritdoc/>
    public void Replace(string path, ReadOnlySpan<byte> content)
    {
        lock (_gate)
        {
            var replaced = new OverlayContent(content.Length);
            content.CopyTo(replaced.Bytes);
            _changed[path] = replaced;
        }
    }

    /// <inheritdoc/>
    public void Delete(string path)
    {
        lock (_gate)
        {
            _changed[path] = null;
        }
    }

    /// <inheritdoc/>
    public void Rename(string path, string newPath)
    {
        lock (_gate)
        {
            Replace(newPath, TryRead(path) ?? throw new FileNotFoundException($"{path} is not there.", path));
            Delete(path);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> List(string folder)
    {
        lock (_gate)
        {
            var names = new SortedSet<string>(below.List(folder), StringComparer.Ordinal);
            foreach (var (path, content) in _changed)
            {
                if (Path.GetDirectoryName(path) == folder)
                {
                    _ = content is null ? names.Remove(Path.GetFileName(path)) : names.Add(Path.GetFileName(path));
                }
            }

            return [.. names];
        }
    }

    /// <inheritdoc/>
    public DiskRoom RoomOf(string folder) => below.RoomOf(folder);

    /// <summary>Whether the file exists here and not below.</summary>
    internal bool IsNew(string path)
    {
        lock (_gate)
        {
            return _changed.TryGetValue(path, out var content) && content is not null && !Exists(path);
        }
    }

    /// <summary>What is different from the disk below, file by file; writing what stood there is none.</summary>
    internal IReadOnlyList<FileChange> Changes()
    {
        lock (_gate)
        {
            var changes = new List<FileChange>();
            foreach (var (path, content) in _changed)
            {
                if (ChangeOf(path, content) is { } change)
                {
                    changes.Add(change);
                }
            }

            return changes;
        }
    }

    /// <summary>The content to write to; the first time it is copied from below.</summary>
    internal OverlayContent Own(string path, IDiskFile? original)
    {
        lock (_gate)
        {
            if (_changed.TryGetValue(path, out var content) && content is not null)
            {
                return content;
            }

            using var region = original!.Map();
            content = new OverlayContent(region.Bytes.Length);
            region.Bytes.CopyTo(content.Bytes);
            return (_changed[path] = content)!;
        }
    }

    internal OverlayContent? Find(string path)
    {
        lock (_gate)
        {
            return _changed.GetValueOrDefault(path);
        }
    }

    private FileChange? ChangeOf(string path, OverlayContent? content)
    {
        if (!Exists(path))
        {
            return content is null ? null : new FileChange(path, FileChangeKind.Made, 0, content.Bytes.Length);
        }

        using var file = TryOpenBelow(path);
        if (file is null)
        {
            return null;
        }

        using var image = SegmentImage.Of(file);
        var before = image.Bytes;
        if (content is null)
        {
            return new FileChange(path, FileChangeKind.Removed, 0, before.Length);
        }

        var after = content.Bytes;
        var first = before.CommonPrefixLength(after);
        if (first == before.Length && first == after.Length)
        {
            return null;
        }

        var tail = 0;
        var tailMax = Math.Min(before.Length, after.Length) - first;
        while (tail < tailMax && before[^(tail + 1)] == after[^(tail + 1)])
        {
            tail++;
        }

        var size = Math.Max(before.Length, after.Length) - first - tail;
        return new FileChange(path, FileChangeKind.Changed, first, size);
    }

    /// <summary>Null where another process has let the file go meanwhile: nothing is left to change.</summary>
    private IDiskFile? TryOpenBelow(string path)
    {
        try
        {
            return below.Open(path);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    private bool Exists(string path)
    {
        foreach (var name in below.List(Path.GetDirectoryName(path)!))
        {
            if (name == Path.GetFileName(path))
            {
                return true;
            }
        }

        return false;
    }
}
