using System.Buffers;

namespace EdgeStream.Storage;

/// <summary>
/// Shows a compressed segment as it was written, one block at a time, in memory that is reserved and not used: only the
/// block that is being read takes room.
/// </summary>
/// <remarks>
/// Blocks are read by calls: one that the device cannot read is a damaged one. Belongs to one reader. Zeros stand
/// wherever no block is shown, so an <see cref="EntryCursor"/> finds an end there.
/// </remarks>
internal sealed class BlockWindow : IDisposable
{
    private readonly IDiskFile _file;
    private readonly CompressedTable _table;
    private readonly ulong _salt;
    private readonly ReservedMemory _memory;
    private int _shown = -1;

    /// <summary>Takes over the file.</summary>
    /// <exception cref="IOException">There are no addresses left; the file is still the caller's.</exception>
    internal BlockWindow(IDiskFile file, CompressedTable table, ulong salt)
    {
        _file = file;
        _table = table;
        _salt = salt;
        _memory = new ReservedMemory(table.EndOffset);
    }

    /// <summary>The blocks.</summary>
    internal CompressedTable Table => _table;

    /// <summary>The segment as it was written, where a block is shown.</summary>
    internal unsafe MappedRegion ToRegion() => new(_memory.Address, _table.EndOffset, this) { Window = this };

    /// <summary>
    /// Shows the block at a cursor's place, or the next one that is whole, and puts the cursor before its first entry.
    /// </summary>
    /// <returns>False when there is none, or the cursor is inside the one that is shown.</returns>
    internal bool TryShow(ref EntryCursor cursor)
    {
        for (var at = Math.Max(_table.FindBlock(cursor.Offset), _shown + 1); at < _table.Blocks.Count; at++)
        {
            // What a damaged block left half expanded goes too.
            _memory.Release();
            if (TryExpand(at))
            {
                _shown = at;
                cursor = new EntryCursor(_salt, _table.Blocks[at].Offset, cursor.Last);
                return true;
            }
        }

        _memory.Release();
        return false;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _memory.Dispose();
        _file.Dispose();
    }

    /// <summary>The whole segment as it was written, without its header; null if a block is damaged.</summary>
    internal static byte[]? Expand(IDiskFile file, CompressedTable table)
    {
        var bytes = new byte[table.EndOffset];
        foreach (var block in table.Blocks)
        {
            if (!TryExpand(file, table.Codec, block, bytes))
            {
                return null;
            }
        }

        return bytes;
    }

    /// <summary>As <see cref="Expand"/>, with zeros where a damaged block was.</summary>
    internal byte[] ToReadable()
    {
        var bytes = new byte[_table.EndOffset];
        foreach (var block in _table.Blocks)
        {
            if (!TryExpand(_file, _table.Codec, block, bytes))
            {
                bytes.AsSpan(block.Offset, block.SizeBytes).Clear();
            }
        }

        return bytes;
    }

    private bool TryExpand(int at) => TryExpand(_file, _table.Codec, _table.Blocks[at], _memory.Bytes);

    private static bool TryExpand(
        IDiskFile file, BlockCodecKind codec, in CompressedBlock block, Span<byte> target)
    {
        var start = block.Offset - CompressedTable.PrefixSizeBytes;
        var size = block.SizeBytes + CompressedTable.PrefixSizeBytes;
        if (start < 0 || size < 0 || start > target.Length - size
            || block.FileSizeBytes < 0 || block.FileOffset < 0
            || block.FileOffset > file.SizeBytes - block.FileSizeBytes)
        {
            return false;
        }

        var rented = ArrayPool<byte>.Shared.Rent(block.FileSizeBytes);
        try
        {
            var stored = rented.AsSpan(0, block.FileSizeBytes);
            return file.Read(block.FileOffset, stored) == stored.Length
                && Crc32C.Compute(stored) == block.Checksum
                && BlockCodec.TryExpand(codec, stored, target.Slice(start, size));
        }
        catch (IOException)
        {
            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
