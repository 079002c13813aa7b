namespace EdgeStream.Storage;

/// <summary>The bytes of one file that an <see cref="OverlayDisk"/> keeps.</summary>
internal sealed class OverlayContent(int sizeBytes)
{
    private readonly MemoryBlock _block = new(sizeBytes);
    private int _sizeBytes = sizeBytes;

    internal Span<byte> Bytes => _block.Span[.._sizeBytes];

    internal void Truncate(long sizeBytes) => _sizeBytes = checked((int)sizeBytes);

    internal MappedRegion Map() => _block.Map(_sizeBytes);
}
