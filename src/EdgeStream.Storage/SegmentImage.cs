using System.Buffers;

namespace EdgeStream.Storage;

/// <summary>A segment file as opening reads it: whatever the device cannot read shows zeros, and is told.</summary>
/// <remarks>
/// Not thread-safe. Every byte is read by a call first, since a sector that cannot be read is an error there and, in a
/// mapping, the end of the process. Where all can be read it is a mapping over what the kernel has just read, and takes
/// no memory; otherwise a copy, which takes what is not zeros.
/// </remarks>
internal sealed class SegmentImage : IDisposable
{
    private const int PieceSizeBytes = 256 << 10;

    private readonly MappedRegion _region;

    private SegmentImage(MappedRegion region, UnreadableSectors unreadable)
    {
        _region = region;
        Unreadable = unreadable;
    }

    /// <summary>The file; what lies before the place that was asked for says nothing.</summary>
    internal ReadOnlySpan<byte> Bytes => _region.Bytes;

    /// <summary>What the device cannot read behind that place.</summary>
    internal UnreadableSectors Unreadable { get; }

    /// <summary>Whether the device can read all behind that place.</summary>
    internal bool IsWhole => Unreadable.Count == 0;

    /// <summary>Reads a file from a place on.</summary>
    /// <param name="file">The file.</param>
    /// <param name="from">The first byte that is looked at.</param>
    /// <exception cref="IOException">It cannot be mapped, or there are no addresses left.</exception>
    internal static SegmentImage Of(IDiskFile file, int from = 0)
    {
        var start = from & ~(UnreadableSectors.SizeBytes - 1);
        if (IsReadable(file, start))
        {
            return new SegmentImage(file.Map(), new UnreadableSectors());
        }

        var unreadable = new UnreadableSectors();
        return new SegmentImage(Copy(file, start, unreadable), unreadable);
    }

    /// <summary>A copy of a file, with zeros for what the device cannot read.</summary>
    /// <remarks>Takes addresses for the whole file, and memory for what is not zeros.</remarks>
    /// <param name="file">The file; at most as much of it as it has at the beginning.</param>
    /// <param name="start">Where copying begins; zeros stand before it.</param>
    /// <param name="unreadable">Gets the sectors that cannot be read.</param>
    /// <param name="isPrivate">Whether it is for one reader.</param>
    /// <param name="end">Where what has been written ends: what comes behind it later, the copy lacks.</param>
    /// <exception cref="IOException">There are no addresses left.</exception>
    internal static unsafe MappedRegion Copy(
        IDiskFile file, int start, UnreadableSectors unreadable, bool isPrivate = false, int end = int.MaxValue)
    {
        var size = checked((int)file.SizeBytes);
        var memory = new ReservedMemory(size);
        var buffer = ArrayPool<byte>.Shared.Rent(PieceSizeBytes);
        try
        {
            for (var at = start; at < size; at += PieceSizeBytes)
            {
                var piece = buffer.AsSpan(0, Math.Min(PieceSizeBytes, size - at));
                piece.Clear();
                SectorRead.Fill(file.Read, at, piece, unreadable);

                // Zeros that are not written take no memory.
                if (piece.ContainsAnyExcept((byte)0))
                {
                    piece.CopyTo(memory.Bytes[at..]);
                }
            }

            return new MappedRegion(memory.Address, size, memory)
            {
                IsPrivate = isPrivate,
                Content = new CopiedSegment(memory.Address, size, unreadable, end),
            };
        }
        catch
        {
            memory.Dispose();
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _region.Dispose();

    private static bool IsReadable(IDiskFile file, int start)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(PieceSizeBytes);
        try
        {
            long at = start;
            int count;
            while ((count = file.Read(at, buffer.AsSpan(0, PieceSizeBytes))) > 0)
            {
                at += count;
            }

            return true;
        }
        catch (IOException)
        {
            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
