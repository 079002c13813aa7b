namespace EdgeStream.Storage;

/// <summary>An open file of a <see cref="KeepingDisk"/>.</summary>
internal sealed class KeepingFile(KeepingDisk disk, string path, IDiskFile file) : IDiskFile
{
    /// <inheritdoc/>
    public long SizeBytes => file.SizeBytes;

    /// <inheritdoc/>
    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        var before = new byte[bytes.Length];
        if (SectorRead.Fill(file.Read, offset, before) is not null || !bytes.SequenceEqual(before))
        {
            disk.Keep(path);
        }

        file.Write(offset, bytes);
    }

    /// <inheritdoc/>
    public void Sync() => file.Sync();

    /// <inheritdoc/>
    public int Read(long offset, Span<byte> bytes) => file.Read(offset, bytes);

    /// <inheritdoc/>
    public int ReadDevice(long offset, Span<byte> bytes) => file.ReadDevice(offset, bytes);

    /// <inheritdoc/>
    public void Truncate(long sizeBytes)
    {
        disk.Keep(path);
        file.Truncate(sizeBytes);
    }

    /// <inheritdoc/>
    public MappedRegion Map() => file.Map();

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();
}
