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

    /// <inheritdoc/>
    /// <remarks>The disk notes where it cannot be read.</remarks>
    public int Read(long offset, Span<byte> bytes)
    {
        try
        {
            return ReadHandle(offset, bytes);
        }
        catch (IOException)
        {
            if (SectorRead.Fill(ReadHandle, offset, bytes) is { } unreadable)
            {
                disk.NoteUnreadable(path, unreadable);
            }

            throw;
        }
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
    public MappedRegion Map() => SegmentImage.Copy(this, 0, new UnreadableSectors());

    /// <inheritdoc/>
    public void Dispose() => handle.Dispose();

    private int ReadHandle(long offset, Span<byte> bytes) => RandomAccess.Read(handle, bytes, offset);

    private IOException Refused() => new($"{path} was opened for looking and is not changed.");
}
