using Microsoft.Win32.SafeHandles;

namespace EdgeStream.Storage;

/// <summary>A file of <see cref="NativeDisk"/>: pwrite(2), fdatasync(2) with its result checked, mmap(2).</summary>
internal sealed class NativeDiskFile(string path, SafeFileHandle handle) : IDiskFile
{
    /// <inheritdoc/>
    public long SizeBytes => RandomAccess.GetLength(handle);

    /// <inheritdoc/>
    public bool IsFirstWriteCostly => NativeMethods.NotesFirstWrites(handle);

    /// <inheritdoc/>
    public void Write(long offset, ReadOnlySpan<byte> bytes) => RandomAccess.Write(handle, bytes, offset);

    /// <inheritdoc/>
    public void Sync() => NativeMethods.SyncData(handle, path);

    /// <inheritdoc/>
    public bool StartWriteBack(long offset, long length) =>
        NativeMethods.TryStartWriteBack(handle, offset, length, path);

    /// <inheritdoc/>
    public void AwaitWriteBack(long offset, long length) =>
        NativeMethods.AwaitWriteBack(handle, offset, length, path);

    /// <inheritdoc/>
    public int Read(long offset, Span<byte> bytes) => RandomAccess.Read(handle, bytes, offset);

    /// <inheritdoc/>
    public int ReadDevice(long offset, Span<byte> bytes)
    {
        NativeMethods.Forget(handle, offset, bytes.Length);
        var count = RandomAccess.Read(handle, bytes, offset);

        // It was read for its own sake: memory is better used for what readers want.
        NativeMethods.Forget(handle, offset, bytes.Length);
        return count;
    }

    /// <inheritdoc/>
    public void Truncate(long sizeBytes) => RandomAccess.SetLength(handle, sizeBytes);

    /// <inheritdoc/>
    public MappedRegion Map() => FileMapping.Of(path);

    /// <inheritdoc/>
    public void Dispose() => handle.Dispose();
}
