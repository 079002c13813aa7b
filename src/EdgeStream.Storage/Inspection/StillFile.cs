namespace EdgeStream.Storage;

/// <summary>
/// The newest segment of a <see cref="StillDisk"/>: its bytes up to an end, then zeros, whatever is written there.
/// </summary>
/// <param name="below">The file, which its owner closes.</param>
/// <param name="path">Its path, for messages.</param>
/// <param name="sizeBytes">The size that it had.</param>
/// <param name="end">Where the zeros begin.</param>
internal sealed class StillFile(IDiskFile below, string path, int sizeBytes, int end) : IDiskFile
{
    /// <inheritdoc/>
    public long SizeBytes => sizeBytes;

    /// <summary>Refused.</summary>
    /// <exception cref="IOException">Always.</exception>
    public void Write(long offset, ReadOnlySpan<byte> bytes) => throw StillDisk.Refused(path);

    /// <summary>Refused.</summary>
    /// <exception cref="IOException">Always.</exception>
    public void Sync() => throw StillDisk.Refused(path);

    /// <inheritdoc/>
    public int Read(long offset, Span<byte> bytes) => Read(below.Read, offset, bytes);

    /// <inheritdoc/>
    public int ReadDevice(long offset, Span<byte> bytes) => Read(below.ReadDevice, offset, bytes);

    /// <summary>Refused.</summary>
    /// <exception cref="IOException">Always.</exception>
    public void Truncate(long newSizeBytes) => throw StillDisk.Refused(path);

    /// <summary>A copy in memory.</summary>
    public MappedRegion Map() => SegmentImage.Copy(this, 0, new UnreadableSectors());

    /// <summary>Nothing: others read the same file.</summary>
    public void Dispose()
    {
    }

    private int Read(SectorRead.Reader read, long offset, Span<byte> bytes)
    {
        bytes = bytes[..(int)Math.Clamp(sizeBytes - offset, 0, bytes.Length)];
        var whole = bytes[..(int)Math.Clamp(end - offset, 0, bytes.Length)];
        var done = 0;
        while (done < whole.Length && read(offset + done, whole[done..]) is var count and > 0)
        {
            done += count;
        }

        bytes[done..].Clear();
        return bytes.Length;
    }
}
