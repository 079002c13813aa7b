using System.Security.Cryptography;

namespace EdgeStream.Storage;

/// <summary>Walks the frames of an encrypted segment and shows those that are whole as they were.</summary>
/// <remarks>
/// Not thread-safe. What it shows is the segment as it would stand in a plain log, at the same places: everything that
/// reads entries reads that. Damage costs its frame, which stays zeros there.
/// </remarks>
internal sealed class FrameOpener(SegmentCipher cipher, ulong salt) : IDisposable
{
    private readonly AesGcm _cipher = cipher.NewCipher();
    private readonly Dictionary<int, uint> _mended = [];
    private EntryCursor _cursor;

    /// <summary>Behind the last frame that was looked at.</summary>
    internal int Offset => _cursor.Offset;

    /// <summary>The same as a cursor over the file, to come back to.</summary>
    internal EntryCursor Place
    {
        get => _cursor;
        set => _cursor = value;
    }

    /// <summary>Goes on at a place where a frame (or nothing) stands, after the given record.</summary>
    internal void StartAt(int offset, SequenceNumber last) => _cursor = new EntryCursor(salt, offset, last);

    /// <summary>Looks for frames behind a record from now on: what a frame holds is not known here.</summary>
    internal void Pass(SequenceNumber last)
    {
        if (last > _cursor.Last)
        {
            _cursor.Rewind(_cursor.Offset, last);
        }
    }

    /// <summary>Shows all frames before an end.</summary>
    internal void OpenAll(ReadOnlySpan<byte> file, Span<byte> target)
    {
        while (TryOpenNext(file, file.Length, target, out _))
        {
        }
    }

    /// <summary>Shows the next frame that is whole.</summary>
    /// <param name="file">The segment's file.</param>
    /// <param name="end">Where what may be read ends.</param>
    /// <param name="target">Where to show it, at its own place.</param>
    /// <param name="start">Where the frame begins.</param>
    /// <returns>False when there is none before the end.</returns>
    internal bool TryOpenNext(ReadOnlySpan<byte> file, int end, Span<byte> target, out int start)
    {
        while (true)
        {
            var step = _cursor.TryStepRepairing(file, end, out _);
            start = _cursor.BaseOffset;
            switch (step)
            {
                case EntryStep.Base:
                    // Alone it still tells what was durable.
                    SealedFrame.ShowBase(salt, _cursor.Base, target, start);
                    break;
                case EntryStep.Sealed:
                    NoteMended(file);
                    if (_cursor.Base.Sequence.Previous > _cursor.Last)
                    {
                        _cursor.Rewind(_cursor.Offset, _cursor.Base.Sequence.Previous);
                    }

                    if (SealedFrame.TryOpen(_cipher, salt, file, _cursor, target))
                    {
                        return true;
                    }

                    break;
                case EntryStep.End or EntryStep.Damaged when !_cursor.TryResume(file, end):
                    return false;
            }
        }
    }

    /// <summary>The right checksum before a place, also where another stands in the file.</summary>
    internal uint ChecksumBefore(ReadOnlySpan<byte> file, int offset) => _mended.TryGetValue(offset, out var right)
        ? right
        : EntryFormat.ChecksumAt(file, offset - EntryFormat.ChecksumSizeBytes);

    /// <inheritdoc/>
    public void Dispose() => _cipher.Dispose();

    private void NoteMended(ReadOnlySpan<byte> file)
    {
        var right = _cursor.LastChecksum(file);
        if (right != EntryFormat.ChecksumAt(file, _cursor.Offset - EntryFormat.ChecksumSizeBytes))
        {
            _mended[_cursor.Offset] = right;
        }
    }
}
