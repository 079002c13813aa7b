namespace EdgeStream.Storage;

/// <summary>
/// The folder of a log that another process is writing, as if that process had stopped cleanly at one moment.
/// </summary>
/// <remarks>
/// It has the segments of that moment, their indexes, the horizon and what was set aside; nothing that came later, no
/// spares, no files in the making. The newest segment ends where whole entries ended, and an index says so: what stands
/// behind is being written, and what stands before is never written again. Nothing else is kept: a file that is
/// compressed shows as that from its next opening on, one that has gone is missing then, and is on the list no more.
/// Thread-safe. Whatever would change the folder is refused.
/// </remarks>
internal sealed class StillDisk : IDisk, IDisposable
{
    private const string IndexExtension = ".index";

    /// <summary>How often the newest segment may become another under the look before that is an error.</summary>
    private const int TriesMax = 5;

    private readonly Lock _gate = new();
    private readonly IDisk _below;
    private readonly List<string> _names = [];
    private readonly NewestEnd? _newest;

    /// <summary>Open for as long as this is used: it stays what it was, whatever becomes of its name.</summary>
    private readonly IDiskFile? _newestFile;

    private StillDisk(IDisk below, string folder, NewestEnd? newest, IDiskFile? newestFile)
    {
        _below = below;
        _newest = newest;
        _newestFile = newestFile;
        foreach (var name in below.List(folder))
        {
            if (IsShown(Path.Combine(folder, name), name))
            {
                _names.Add(name);
            }
        }
    }

    /// <summary>
    /// What two looks have found behind the newest segment's end, and only its writer can tell; null for nothing.
    /// </summary>
    internal string? Unfinished { get; private init; }

    /// <summary>The index that a clean stop would write; null where the log has no newest segment.</summary>
    internal string? NewestIndexPath => _newest is null ? null : Path.ChangeExtension(_newest.Path, IndexExtension);

    /// <summary>Looks at a folder.</summary>
    /// <param name="disk">Where it is; only read.</param>
    /// <param name="folder">The shard's folder.</param>
    /// <param name="encryption">The keys of encrypted segments; null when there are none.</param>
    /// <exception cref="IOException">
    /// A file cannot be read, is of another version of the format, needs a key that is not given, or changes faster
    /// than it can be looked at.
    /// </exception>
    internal static StillDisk Of(IDisk disk, string folder, LogEncryption? encryption)
    {
        for (var tries = 0; tries < TriesMax; tries++)
        {
            try
            {
                if (TryTake(disk, folder, encryption) is { } still)
                {
                    return still;
                }
            }
            catch (FileNotFoundException)
            {
                // Let go, or renamed, between the look and the opening.
            }
        }

        throw new IOException(
            $"The newest segment of {folder} was another at each of {TriesMax} looks: try again, or stop the gateway.");
    }

    /// <inheritdoc/>
    public IDiskFile Open(string path)
    {
        if (_newest is not null && path == _newest.Path)
        {
            return new StillFile(_newestFile!, path, _newest.SizeBytes, _newest.Index.EndOffset);
        }

        try
        {
            return _below.Open(path);
        }
        catch (FileNotFoundException)
        {
            ForgetGone(Path.GetDirectoryName(path)!);
            throw;
        }
    }

    /// <summary>Refused.</summary>
    /// <exception cref="IOException">Always.</exception>
    public IDiskFile Create(string path, long sizeBytes) => throw Refused(path);

    /// <inheritdoc/>
    public byte[]? TryRead(string path) =>
        _newest is not null && path == NewestIndexPath ? _newest.Index.ToBytes() : _below.TryRead(path);

    /// <summary>Refused.</summary>
    /// <exception cref="IOException">Always.</exception>
    public void Replace(string path, ReadOnlySpan<byte> content) => throw Refused(path);

    /// <summary>Refused.</summary>
    /// <exception cref="IOException">Always.</exception>
    public void Delete(string path) => throw Refused(path);

    /// <summary>Refused.</summary>
    /// <exception cref="IOException">Always.</exception>
    public void Rename(string path, string newPath) => throw Refused(path);

    /// <summary>The names of that moment, without those of files that were found gone since.</summary>
    public IReadOnlyList<string> List(string folder)
    {
        lock (_gate)
        {
            return [.. _names];
        }
    }

    /// <inheritdoc/>
    public DiskRoom RoomOf(string folder) => _below.RoomOf(folder);

    /// <inheritdoc/>
    public void Dispose() => _newestFile?.Dispose();

    internal static IOException Refused(string path) => new($"{path} is being written by another process.");

    /// <summary>Null where the newest segment has become another meanwhile.</summary>
    private static StillDisk? TryTake(IDisk disk, string folder, LogEncryption? encryption)
    {
        NewestEnd? newest;
        using (var look = LogInspection.Open(disk, folder, encryption))
        {
            newest = look.NewestEnd;
        }

        if (newest is null)
        {
            return new StillDisk(disk, folder, null, null);
        }

        var unfinished = newest.IsUnfinished ? Describe(disk, folder, encryption, newest) : null;
        var file = disk.Open(newest.Path);
        var isTaken = false;
        try
        {
            if (IsOther(file, newest))
            {
                return null;
            }

            var still = new StillDisk(disk, folder, newest, file) { Unfinished = unfinished };
            isTaken = true;
            return still;
        }
        finally
        {
            if (!isTaken)
            {
                file.Dispose();
            }
        }
    }

    /// <summary>What stands behind the end, if a second look finds it there too; null where it was just being written.
    /// </summary>
    private static string? Describe(IDisk disk, string folder, LogEncryption? encryption, NewestEnd newest)
    {
        using var look = LogInspection.Open(disk, folder, encryption);
        return look.NewestEnd is { IsUnfinished: true } again
            && again.Path == newest.Path
            && again.Index.EndOffset == newest.Index.EndOffset
            ? $"{newest.Path}: what stands behind record {newest.Index.LastSequence}, from byte "
                + $"{newest.Index.EndOffset} on, is no whole write: being written, or damaged."
            : null;
    }

    private static bool IsOther(IDiskFile file, NewestEnd newest) =>
        SegmentFile.ReadHeader(file, out var header) == SegmentHeaderStatus.Valid
        && (header.Salt != newest.Header.Salt || header.Flags != newest.Header.Flags);

    /// <summary>Takes all off the list that has gone, so that who begins again does not meet one after the other.
    /// </summary>
    private void ForgetGone(string folder)
    {
        var present = new HashSet<string>(_below.List(folder), StringComparer.Ordinal);
        var newest = _newest is null ? null : Path.GetFileName(_newest.Path);
        lock (_gate)
        {
            _names.RemoveAll(name => name != newest && !present.Contains(name));
        }
    }

    private bool IsShown(string path, string name) => SegmentFile.TryParseName(name, out var first)
        ? _newest is null || first <= _newest.Header.FirstSequence
        : name == TrimHorizon.FileName
            || name.EndsWith(FoundSegments.SetAsideSuffix, StringComparison.Ordinal)
            || (name.EndsWith(IndexExtension, StringComparison.Ordinal) && path != NewestIndexPath);
}
