using EdgeStream.Storage;

namespace EdgeStream.Testing;

/// <summary>A file of a <see cref="DiskAround"/>, of which whoever derives changes something.</summary>
/// <remarks>Passes everything on.</remarks>
public abstract class FileAround(IDiskFile below) : IDiskFile
{
    /// <inheritdoc/>
    public long SizeBytes => below.SizeBytes;

    /// <inheritdoc/>
    public virtual bool IsFirstWriteCostly => below.IsFirstWriteCostly;

    /// <inheritdoc/>
    public virtual void Write(long offset, ReadOnlySpan<byte> bytes) => below.Write(offset, bytes);

    /// <inheritdoc/>
    public virtual void Sync() => below.Sync();

    /// <inheritdoc/>
    public virtual bool StartWriteBack(long offset, long length) => below.StartWriteBack(offset, length);

    /// <inheritdoc/>
    public virtual void AwaitWriteBack(long offset, long length) => below.AwaitWriteBack(offset, length);

    /// <inheritdoc/>
    public virtual int Read(long offset, Span<byte> bytes) => below.Read(offset, bytes);

    /// <inheritdoc/>
    public virtual int ReadDevice(long offset, Span<byte> bytes) => below.ReadDevice(offset, bytes);

    /// <inheritdoc/>
    public virtual void Truncate(long sizeBytes) => below.Truncate(sizeBytes);

    /// <inheritdoc/>
    public virtual MappedRegion Map() => below.Map();

    /// <inheritdoc/>
    public void Dispose()
    {
        below.Dispose();
        GC.SuppressFinalize(this);
    }
}
