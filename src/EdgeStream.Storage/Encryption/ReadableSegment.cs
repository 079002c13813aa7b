namespace EdgeStream.Storage;

/// <summary>A segment as recovery reads it: its bytes, or what its frames held before they were encrypted.</summary>
/// <remarks>Takes as much memory as stands behind the mark; nothing where the segment is not encrypted.</remarks>
internal readonly struct ReadableSegment : IDisposable
{
    private readonly ReservedMemory? _memory;
    private readonly FrameOpener? _frames;

    private ReadableSegment(ReservedMemory memory, FrameOpener frames)
    {
        _memory = memory;
        _frames = frames;
    }

    /// <summary>Decrypts what is to be read, if it is encrypted.</summary>
    /// <param name="file">The file.</param>
    /// <param name="segment">The segment.</param>
    /// <param name="mark">A place before which nothing is read; null to read from the start.</param>
    internal static ReadableSegment Of(ReadOnlySpan<byte> file, Segment segment, SegmentIndex? mark) =>
        Of(file, segment.Header, segment.Cipher, mark);

    /// <summary>The same, of a file that is no segment of an open log.</summary>
    internal static ReadableSegment Of(
        ReadOnlySpan<byte> file, in SegmentHeader header, SegmentCipher? cipher, SegmentIndex? mark)
    {
        if (cipher is null)
        {
            return default;
        }

        var memory = new ReservedMemory(file.Length);
        var frames = new FrameOpener(cipher, header.Salt);
        frames.StartAt(
            mark?.EndOffset ?? header.EntriesOffset, mark?.LastSequence ?? header.FirstSequence.Previous);
        frames.OpenAll(file, memory.Bytes);
        return new ReadableSegment(memory, frames);
    }

    /// <summary>What to read in the place of the file.</summary>
    internal ReadOnlySpan<byte> BytesOf(ReadOnlySpan<byte> file) => _memory is null ? file : _memory.Bytes;

    /// <summary>The right checksum before a cursor in the file, also where another stands there.</summary>
    internal uint ChecksumBefore(ReadOnlySpan<byte> file, in EntryCursor cursor) => _frames is null
        ? cursor.LastChecksum(file)
        : _frames.ChecksumBefore(file, cursor.Offset);

    /// <inheritdoc/>
    public void Dispose()
    {
        _frames?.Dispose();
        _memory?.Dispose();
    }
}
