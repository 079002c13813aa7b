using System.Buffers;

namespace EdgeStream.Storage;

/// <summary>Copies a file into memory of its own, as something to read in place of a mapping.</summary>
internal static class MemoryCopy
{
    private const int PieceSizeBytes = 256 << 10;

    /// <summary>
    /// The file's content as it is read now, at most the size that it has at the beginning; where it was cut meanwhile,
    /// zeros.
    /// </summary>
    /// <remarks>Takes addresses for the whole file, and memory for what is not zeros.</remarks>
    /// <exception cref="IOException">It cannot be read, or there are no addresses left.</exception>
    internal static MappedRegion Of(IDiskFile file)
    {
        var size = checked((int)file.SizeBytes);
        var memory = new ReservedMemory(size);
        var piece = ArrayPool<byte>.Shared.Rent(PieceSizeBytes);
        try
        {
            var at = 0;
            int count;
            while (at < size && (count = file.Read(at, piece.AsSpan(0, Math.Min(PieceSizeBytes, size - at)))) > 0)
            {
                // Zeros that are not written take no memory.
                if (piece.AsSpan(0, count).ContainsAnyExcept((byte)0))
                {
                    piece.AsSpan(0, count).CopyTo(memory.Bytes[at..]);
                }

                at += count;
            }

            return Region(memory, size);
        }
        catch
        {
            memory.Dispose();
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }

    private static unsafe MappedRegion Region(ReservedMemory memory, int sizeBytes) =>
        new(memory.Address, sizeBytes, memory);
}
