namespace EdgeStream.Storage;

/// <summary>A read-only range of memory that shows a file's content until it is disposed.</summary>
/// <remarks>Reading is thread-safe. Whoever disposes it makes sure that nobody reads any more.</remarks>
public sealed unsafe class MappedRegion : IDisposable
{
    private readonly byte* _address;
    private IDisposable? _owner;

    /// <summary>Wraps memory that <paramref name="owner"/> releases when it is disposed.</summary>
    public MappedRegion(byte* address, long sizeBytes, IDisposable owner)
    {
        _address = address;
        SizeBytes = sizeBytes;
        _owner = owner;
    }

    /// <summary>Size in bytes, at most 2 GiB.</summary>
    public long SizeBytes { get; }

    /// <summary>Where it begins in memory.</summary>
    internal byte* Address => _address;

    /// <summary>What shows a compressed segment block by block; null where all bytes are there.</summary>
    internal BlockWindow? Window { get; init; }

    /// <summary>The whole content.</summary>
    public ReadOnlySpan<byte> Bytes => new(_address, checked((int)SizeBytes));

    /// <inheritdoc/>
    public void Dispose() => Interlocked.Exchange(ref _owner, null)?.Dispose();
}
