namespace EdgeStream.Storage;

/// <summary>One open file of fixed size, written at offsets and read through a mapping.</summary>
/// <remarks>Writes come from one thread at a time. What was written is seen at once through every mapping.</remarks>
public interface IDiskFile : IDisposable
{
    /// <summary>Size in bytes.</summary>
    long SizeBytes { get; }

    /// <summary>Writes all bytes at an offset inside the file.</summary>
    /// <exception cref="IOException">The write failed; any part of the range may have changed.</exception>
    void Write(long offset, ReadOnlySpan<byte> bytes);

    /// <summary>
    /// Whether the first write of a reserved block makes the sync behind it dearer than those of later ones, since the
    /// file system notes that there is something in it now.
    /// </summary>
    bool IsFirstWriteCostly => false;

    /// <summary>Makes everything written so far durable.</summary>
    /// <exception cref="IOException">
    /// The sync failed; what was written since the last good sync is in doubt for ever.
    /// </exception>
    void Sync();

    /// <summary>Asks the device to take a range that was written, and does not wait.</summary>
    /// <returns>False where that cannot be had, or not now: all is left to <see cref="Sync"/>.</returns>
    /// <exception cref="IOException">
    /// It failed; what was written since the last good sync is in doubt for ever.
    /// </exception>
    bool StartWriteBack(long offset, long length) => false;

    /// <summary>
    /// Waits until the device has taken a range that it was asked to. That makes nothing durable: <see cref="Sync"/>
    /// does.
    /// </summary>
    /// <exception cref="IOException">
    /// It failed; what was written since the last good sync is in doubt for ever.
    /// </exception>
    void AwaitWriteBack(long offset, long length)
    {
    }

    /// <summary>Reads a range, from memory where the system keeps it.</summary>
    /// <returns>The bytes that were read; fewer than asked for at the end of the file.</returns>
    /// <exception cref="IOException">The device cannot read it.</exception>
    int Read(long offset, Span<byte> bytes) => ReadDevice(offset, bytes);

    /// <summary>
    /// Reads a range from the device itself, past what is kept of it in memory where that is possible.
    /// </summary>
    /// <returns>The bytes that were read; fewer than asked for at the end of the file.</returns>
    /// <exception cref="IOException">The device cannot read it.</exception>
    int ReadDevice(long offset, Span<byte> bytes);

    /// <summary>Gives the room beyond <paramref name="sizeBytes"/> back to the file system.</summary>
    void Truncate(long sizeBytes);

    /// <summary>Maps the whole file for reading.</summary>
    MappedRegion Map();
}
