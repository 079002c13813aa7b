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

    /// <summary>What was written here, from memory; what was not, from below.</summary>
    public int Read(long offset, Span<byte> bytes) =>
        disk.Find(path) is { } own ? Copy(own, offset, bytes) : original!.Read(offset, bytes);

    /// <summary>What was written here, from memory; what was not, from the device below.</summary>
    public int ReadDevice(long offset, Span<byte> bytes) =>
        disk.Find(path) is { } own ? Copy(own, offset, bytes) : original!.ReadDevice(offset, bytes);

    /// <inheritdoc/>
    public void Truncate(long sizeBytes) => disk.Own(path, original).Truncate(sizeBytes);

    /// <inheritdoc/>
    public MappedRegion Map() => disk.Find(path)?.Map() ?? original!.Map();

    /// <inheritdoc/>
    public void Dispose() => original?.Dispose();

    private static int Copy(OverlayContent own, long offset, Span<byte> bytes)
    {
        var source = own.Bytes[(int)Math.Min(offset, own.Bytes.Length)..];
        var count = Math.Min(source.Length, bytes.Length);
        source[..count].CopyTo(bytes);
        return count;
    }
}
