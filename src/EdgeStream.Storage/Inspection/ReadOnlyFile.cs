using Microsoft.Win32.SafeHandles;

namespace EdgeStream.Storage;

/// <summary>A file of <see cref="ReadOnlyDisk"/>.</summary>
internal sealed class ReadOnlyFile(ReadOnlyDisk disk, string path, SafeFileHandle handle) : IDiskFile
{
    /// <inheritdoc/>
    public long SizeBytes => RandomAccess.GetLength(handle);

    /// <inheritdoc/>
    public void Write(long offset, ReadOnlySpan<byte> bytes) => throw Refused();

    /// <inheritdoc/>
    public void Sync() => throw Refused();

    /// <summary>Reads a range; zeros stand for what the device cannot read, and the disk notes it.</summary>
    public int Read(long offset, Span<byte> bytes)
    {
        var count = (int)Math.Clamp(SizeBytes - offset, 0, bytes.Length);
        if (SectorRead.Fill(ReadHandle, offset, bytes[..count]) is { } unreadable)
        {
            disk.NoteUnreadable(path, unreadable);
        }

        return count;
    }

    /// <inheritdoc/>
    public int ReadDevice(long offset, Span<byte> bytes)
    {
        NativeMethods.Forget(handle, offset, bytes.Length);
        return ReadHandle(offset, bytes);
    }

    /// <inheritdoc/>
    public void Truncate(long sizeBytes) => throw Refused();

    /// <inheritdoc/>
    public MappedRegion Map() => MemoryCopy.Of(this);

    /// <inheritdoc/>
    public void Dispose() => handle.Dispose();

    private int ReadHandle(long offset, Span<byte> bytes) => RandomAccess.Read(handle, bytes, offset);

    private IOException Refused() => new($"{path} was opened for looking and is not changed.");
}
