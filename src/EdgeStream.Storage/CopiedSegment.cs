using System.Buffers;

namespace EdgeStream.Storage;

/// <summary>The memory of a copy of a segment's file, and what of the file it lacks.</summary>
/// <remarks>
/// Several threads may complete it, and others read it meanwhile: bytes that change under a reader fail its checksum,
/// and the next look finds them whole. Reading the file takes no lock; whatever changes here does so inside what
/// <see cref="Complete"/> is given for that.
/// </remarks>
internal sealed unsafe class CopiedSegment(byte* address, int sizeBytes, UnreadableSectors unreadable, int end)
{
    private const int PieceSizeBytes = 64 << 10;

    private int _end = end;
    private int _additionCount;

    /// <summary>How often something was added since the copy was made.</summary>
    internal int AdditionCount => Volatile.Read(ref _additionCount);

    private Span<byte> Bytes => new(address, sizeBytes);

    /// <summary>Adds what was appended, and sectors of a range that can be read now, up to the first that still
    /// cannot.</summary>
    /// <param name="file">The file that was copied.</param>
    /// <param name="start">The first byte of the range.</param>
    /// <param name="end">The byte behind it.</param>
    /// <param name="visibleEnd">Where the last entry ends that readers may see.</param>
    /// <param name="tryChange">
    /// Does something while nobody else does, and returns whether that is still the file.
    /// </param>
    /// <exception cref="IOException">A sector cannot be read.</exception>
    internal void Complete(IDiskFile file, int start, int end, int visibleEnd, Func<Action, bool> tryChange)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(PieceSizeBytes);
        try
        {
            Append(file, Math.Min(visibleEnd, sizeBytes), buffer, tryChange);
            long? sector = null;
            while (tryChange(() => sector = unreadable.FirstIn(start, end)) && sector is { } offset)
            {
                var size = (int)Math.Min(UnreadableSectors.SizeBytes, sizeBytes - offset);
                var count = Read(file, offset, buffer.AsSpan(0, size));
                tryChange(() =>
                {
                    buffer.AsSpan(0, count).CopyTo(Bytes[(int)offset..]);
                    unreadable.Remove(offset);
                    _additionCount++;
                });
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void Append(IDiskFile file, int visibleEnd, byte[] buffer, Func<Action, bool> tryChange)
    {
        var from = 0;
        while (tryChange(() => from = _end) && from < visibleEnd)
        {
            var piece = buffer.AsSpan(0, Math.Min(PieceSizeBytes, visibleEnd - from));
            var size = piece.Length;
            var missing = new UnreadableSectors();
            piece.Clear();
            SectorRead.Fill(file.Read, from, piece, missing);
            tryChange(() =>
            {
                if (_end == from)
                {
                    buffer.AsSpan(0, size).CopyTo(Bytes[from..]);
                    unreadable.AddMissing(missing);
                    _end += size;
                    _additionCount++;
                }
            });
        }
    }

    /// <summary>Reads up to the end of the file.</summary>
    private static int Read(IDiskFile file, long offset, Span<byte> target)
    {
        var done = 0;
        int count;
        while (done < target.Length && (count = file.Read(offset + done, target[done..])) > 0)
        {
            done += count;
        }

        return done;
    }
}
