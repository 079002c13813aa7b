namespace EdgeStream.Storage;

/// <summary>An open file of an <see cref="OverlayDisk"/>: the one below until it is written to.</summary>
internal sealed class OverlayFile(OverlayDisk disk, string path, IDiskFile? original) : IDiskFile
{
    /// <inheritdoc/>
    public long SizeBytes => disk.Find(path)?.Bytes.Length ?? original!.SizeBytes;

    /// <inheritdoc/>
    public void Write(long offset, ReadOnlySpan<byte> bytes) =>
        bytes.CopyTo(disk.Own(path, original).Bytes[checked((int)offset)..]);

    /// <summary>Nothing: there is no device.</summary>
    public void Sync()
    {
    }

    /// <inheritdoc/>
    public void Truncate(long sizeBytes) => disk.Own(path, original).Truncate(sizeBytes);

    /// <inheritdoc/>
    public MappedRegion Map() => disk.Find(path)?.Map() ?? original!.Map();

    /// <inheritdoc/>
    public void Dispose() => original?.Dispose();
}
