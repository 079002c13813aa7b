namespace EdgeStream.Storage;

/// <summary>
/// A segment's bytes, read by calls from the device into memory of its own, piece after piece: where a sector cannot be
/// read this says so, and nothing ends the process.
/// </summary>
/// <remarks>
/// Not thread-safe. Takes addresses for the whole segment, and memory for what was loaded and not released, at most the
/// segment's size.
/// </remarks>
internal sealed class SegmentCopy : IDisposable
{
    /// <summary>Bytes that are read at once.</summary>
    internal const int PieceSizeBytes = 256 << 10;

    private readonly IDiskFile _file;
    private readonly ReservedMemory _memory;
    private readonly FrameOpener? _frames;
    private readonly ReservedMemory? _plain;

    /// <summary>Opens a segment's file; nothing is loaded yet.</summary>
    /// <param name="disk">Where it is.</param>
    /// <param name="segment">The segment.</param>
    /// <param name="isReadable">Whether the frames of an encrypted segment are decrypted as they are loaded.</param>
    /// <exception cref="IOException">It cannot be opened, or there are no addresses left.</exception>
    internal SegmentCopy(IDisk disk, Segment segment, bool isReadable = false)
    {
        _file = disk.Open(segment.Path);
        try
        {
            SizeBytes = (int)Math.Min(_file.SizeBytes, segment.SizeBytes);
            _memory = new ReservedMemory(SizeBytes);
            if (isReadable && segment is { IsCompressed: false, Cipher: { } cipher })
            {
                _plain = new ReservedMemory(SizeBytes);
                _frames = new FrameOpener(cipher, segment.Header.Salt);
                _frames.StartAt(segment.Header.EntriesOffset, segment.FirstSequence.Previous);
            }
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    /// <summary>Bytes of the segment.</summary>
    internal int SizeBytes { get; }

    /// <summary>Bytes that are loaded, from the segment's beginning.</summary>
    internal int LoadedBytes { get; private set; }

    /// <summary>Why the device cannot read what comes next; null while it can.</summary>
    internal string? Problem { get; private set; }

    /// <summary>The segment: zeros where nothing is loaded, or what was loaded is released.</summary>
    internal ReadOnlySpan<byte> Bytes => _memory.Bytes[..SizeBytes];

    /// <summary>The segment as it was written: the same, or what was decrypted of it.</summary>
    internal ReadOnlySpan<byte> Readable => _plain is null ? Bytes : _plain.Bytes[..SizeBytes];

    /// <summary>Where it ends as far as it is loaded; behind the last frame there if it is encrypted.</summary>
    internal int ReadableEnd => _frames?.Offset ?? LoadedBytes;

    /// <summary>Loads the next piece; false at the end, and where the device cannot read it.</summary>
    internal bool TryLoadMore()
    {
        var count = Math.Min(PieceSizeBytes, SizeBytes - LoadedBytes);
        if (count == 0 || Problem is not null)
        {
            return false;
        }

        try
        {
            var read = ReadWhole(_file, LoadedBytes, _memory.Bytes.Slice(LoadedBytes, count));
            LoadedBytes += read == count ? count : 0;
            Problem = read == count ? null : SegmentRot.TooShort;
            while (_frames is not null && _frames.TryOpenNext(Bytes, LoadedBytes, _plain!.Bytes, out _))
            {
                // The next frame that is loaded.
            }
        }
        catch (IOException error)
        {
            Problem = SegmentRot.ReasonOf(error);
        }

        return Problem is null;
    }

    /// <summary>
    /// Reads a range from the device up to the file's end: a read that comes to a bad sector ends before it, and only
    /// the next one fails.
    /// </summary>
    /// <returns>The bytes that were read; fewer than asked for where the file ends.</returns>
    /// <exception cref="IOException">The device cannot read it.</exception>
    internal static int ReadWhole(IDiskFile file, int offset, Span<byte> bytes)
    {
        var done = 0;
        int count;
        while (done < bytes.Length && (count = file.ReadDevice(offset + done, bytes[done..])) > 0)
        {
            done += count;
        }

        return done;
    }

    /// <summary>Loads all; false if the device cannot read all of it.</summary>
    internal bool TryLoadAll()
    {
        while (TryLoadMore())
        {
            // The next piece.
        }

        return Problem is null;
    }

    /// <summary>Gives back the memory of what lies before an offset and is not looked at any more.</summary>
    internal void ReleaseBefore(int offset)
    {
        _memory.ReleaseBefore(offset);
        _plain?.ReleaseBefore(offset);
    }

    /// <summary>Reads a range again from the device, past what is loaded.</summary>
    /// <exception cref="IOException">The device cannot read it.</exception>
    internal int ReadDevice(int offset, Span<byte> bytes) => _file.ReadDevice(offset, bytes);

    /// <inheritdoc/>
    public void Dispose()
    {
        _frames?.Dispose();
        _plain?.Dispose();
        _memory.Dispose();
        _file.Dispose();
    }
}
