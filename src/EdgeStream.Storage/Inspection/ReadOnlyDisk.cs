using Microsoft.Win32.SafeHandles;

namespace EdgeStream.Storage;

/// <summary>The real file system, for looking only: whatever would change it is refused.</summary>
/// <remarks>
/// Thread-safe, and safe beside a running gateway, which may cut a file or use it again. Nothing is mapped: what asks
/// for a mapping gets a copy in memory, which costs what the file holds besides zeros until it is let go. Sectors that
/// the device cannot read show zeros, and <see cref="Unreadable"/> tells them.
/// </remarks>
public sealed class ReadOnlyDisk : IDisk
{
    private const int BlockSizeBytes = 1 << 20;
    private const int SectorSizeBytes = 4 << 10;
    private const int UnreadableCountMax = 64;

    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, long> _unreadable = new(StringComparer.Ordinal);

    /// <summary>
    /// The files, at most 64, that the device could not read all of, and the first byte that it could not.
    /// </summary>
    public IReadOnlyDictionary<string, long> Unreadable
    {
        get
        {
            lock (_gate)
            {
                return new SortedDictionary<string, long>(_unreadable, StringComparer.Ordinal);
            }
        }
    }

    /// <inheritdoc/>
    public IDiskFile Open(string path) =>
        new ReadOnlyFile(this, path, OpenHandle(path));

    /// <summary>Refused.</summary>
    /// <exception cref="IOException">Always.</exception>
    public IDiskFile Create(string path, long sizeBytes) => throw Refused(path);

    /// <inheritdoc/>
    public byte[]? TryRead(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (IOException error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (UnauthorizedAccessException error)
        {
            throw Denied(path, error);
        }
    }

    /// <summary>Refused.</summary>
    /// <exception cref="IOException">Always.</exception>
    public void Replace(string path, ReadOnlySpan<byte> content) => throw Refused(path);

    /// <summary>Refused.</summary>
    /// <exception cref="IOException">Always.</exception>
    public void Delete(string path) => throw Refused(path);

    /// <summary>Refused.</summary>
    /// <exception cref="IOException">Always.</exception>
    public void Rename(string path, string newPath) => throw Refused(path);

    /// <summary>The names of the files in a folder, in ordinal order; none where there is no such folder.</summary>
    public IReadOnlyList<string> List(string folder)
    {
        if (!Directory.Exists(folder))
        {
            return [];
        }

        try
        {
            var names = Array.ConvertAll(Directory.GetFiles(folder), path => Path.GetFileName(path));
            Array.Sort(names, StringComparer.Ordinal);
            return names;
        }
        catch (UnauthorizedAccessException error)
        {
            throw Denied(folder, error);
        }
    }

    /// <inheritdoc/>
    public DiskRoom RoomOf(string folder) => new NativeDisk().RoomOf(folder);

    /// <summary>Reads every byte of a file once, in order, and says where the device cannot.</summary>
    /// <param name="path">The file.</param>
    /// <param name="onRead">Told the number of bytes after each piece of 1 MiB.</param>
    /// <returns>The offset of the first 4 KiB that cannot be read; null when all can.</returns>
    /// <remarks>Afterwards the file is in the system's cache as far as it fits, so looking at it is fast.</remarks>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public static long? FindUnreadable(string path, Action<long> onRead)
    {
        using var handle = OpenHandle(path);
        var block = new byte[BlockSizeBytes];
        long offset = 0;
        while (true)
        {
            int count;
            try
            {
                count = RandomAccess.Read(handle, block, offset);
            }
            catch (IOException)
            {
                return FirstUnreadableSector(handle, offset, block.AsSpan(0, SectorSizeBytes));
            }

            if (count == 0)
            {
                return null;
            }

            offset += count;
            onRead(count);
        }
    }

    /// <summary>Notes a place that the device cannot read.</summary>
    internal void NoteUnreadable(string path, long offset)
    {
        lock (_gate)
        {
            if (_unreadable.TryGetValue(path, out var known) ? offset < known : _unreadable.Count < UnreadableCountMax)
            {
                _unreadable[path] = offset;
            }
        }
    }

    private static long FirstUnreadableSector(SafeFileHandle handle, long offset, Span<byte> sector)
    {
        var end = offset + BlockSizeBytes;
        try
        {
            while (offset < end && RandomAccess.Read(handle, sector, offset) > 0)
            {
                offset += SectorSizeBytes;
            }
        }
        catch (IOException)
        {
            // Here it is.
        }

        return offset;
    }

    private static SafeFileHandle OpenHandle(string path)
    {
        try
        {
            return File.OpenHandle(
                path,
                FileMode.Open,
                FileAccess.Read,
                FileShare.ReadWrite | FileShare.Delete,
                FileOptions.SequentialScan);
        }
        catch (UnauthorizedAccessException error)
        {
            throw Denied(path, error);
        }
    }

    private static IOException Refused(string path) => new($"{path} was opened for looking and is not changed.");

    private static IOException Denied(string path, UnauthorizedAccessException error) =>
        new($"{path} cannot be read: {error.Message} Run it as the user that runs the gateway.", error);
}
