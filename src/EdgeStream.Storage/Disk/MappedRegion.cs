namespace EdgeStream.Storage;

/// <summary>
/// A range of memory that shows a file's content until it is disposed; nobody writes to it but the file, or who
/// completes a copy of it.
/// </summary>
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

    /// <summary>Whether a file stands behind it: looking at a byte may then read the device, and where the device
    /// cannot, ends the process.</summary>
    internal bool IsFile { get; init; }

    /// <summary>Whether the kernel tells which of the file's pages are in memory.</summary>
    internal bool TellsResidency { get; init; }

    /// <summary>Whether one reader has it, and nobody shares it.</summary>
    internal bool IsPrivate { get; init; }

    /// <summary>Of a copy of a segment, what it lacks and how it gets that; null for all else.</summary>
    internal CopiedSegment? Content { get; init; }

    /// <summary>Where it begins in memory.</summary>
    internal byte* Address => _address;

    /// <summary>
    /// What shows a compressed or encrypted segment a part at a time; null where all bytes are there.
    /// </summary>
    internal SegmentWindow? Window { get; init; }

    /// <summary>The file's own bytes, also where what is encrypted in them is shown.</summary>
    internal ReadOnlySpan<byte> FileBytes => Window is FrameWindow window ? window.File.Bytes : Bytes;

    /// <summary>
    /// All of the segment as it was written: a copy where a window shows only a part, with zeros for what is damaged.
    /// </summary>
    internal ReadOnlySpan<byte> ToReadable() => Window is null ? Bytes : Window.ToReadable();

    /// <summary>The whole content.</summary>
    public ReadOnlySpan<byte> Bytes => new(_address, checked((int)SizeBytes));

    /// <summary>Has a part of a file read into memory, as far as it is not there.</summary>
    /// <remarks>The kernel may take it out again when memory is short: look at it soon.</remarks>
    /// <returns>False where the device cannot read it, or the file has become shorter.</returns>
    internal bool TryLoad(int start, int end) =>
        !IsFile || start >= end || MappedPages.TryLoad(_address, start, end, TellsResidency);

    /// <inheritdoc/>
    public void Dispose() => Interlocked.Exchange(ref _owner, null)?.Dispose();
}
