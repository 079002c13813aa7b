using System.Buffers;
using System.Security.Cryptography;

namespace EdgeStream.Storage;

/// <summary>Shows a compressed segment as it was written, one block at a time.</summary>
/// <remarks>Blocks are read by calls: one that the device cannot read is a damaged one.</remarks>
internal sealed class BlockWindow : SegmentWindow
{
    private readonly IDiskFile _file;
    private readonly CompressedTable _table;
    private readonly ulong _salt;
    private readonly ReservedMemory _memory;
    private readonly AesGcm? _cipher;
    private int _shown = -1;

    /// <summary>Takes over the file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="table">The blocks.</param>
    /// <param name="salt">The segment's salt.</param>
    /// <param name="cipher">What the blocks are encrypted with; null if they are not.</param>
    /// <exception cref="IOException">There are no addresses left; the file is still the caller's.</exception>
    internal BlockWindow(IDiskFile file, CompressedTable table, ulong salt, SegmentCipher? cipher)
    {
        _file = file;
        _table = table;
        _salt = salt;
        _memory = new ReservedMemory(table.EndOffset);
        _cipher = cipher?.NewCipher();
    }

    /// <summary>The blocks.</summary>
    internal CompressedTable Table => _table;

    /// <inheritdoc/>
    internal override unsafe MappedRegion ToRegion() => new(_memory.Address, _table.EndOffset, this) { Window = this };

    /// <inheritdoc/>
    internal override bool TryShow(ref EntryCursor cursor, int end)
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
    public override void Dispose()
    {
        _cipher?.Dispose();
        _memory.Dispose();
        _file.Dispose();
    }

    /// <summary>The whole segment as it was written, without its header; null if a block is damaged.</summary>
    internal static byte[]? Expand(IDiskFile file, CompressedTable table, SegmentCipher? cipher)
    {
        using var opener = cipher?.NewCipher();
        var bytes = new byte[table.EndOffset];
        foreach (var block in table.Blocks)
        {
            if (!TryExpand(file, table.Codec, block, opener, bytes))
            {
                return null;
            }
        }

        return bytes;
    }

    /// <inheritdoc/>
    internal override byte[] ToReadable()
    {
        var bytes = new byte[_table.EndOffset];
        foreach (var block in _table.Blocks)
        {
            if (!TryExpand(_file, _table.Codec, block, _cipher, bytes))
            {
                bytes.AsSpan(block.Offset, block.SizeBytes).Clear();
            }
        }

        return bytes;
    }

    /// <summary>Expands a block's stored bytes, decrypting them if they are encrypted.</summary>
    internal static bool TryExpand(
        BlockCodecKind codec, in CompressedBlock block, AesGcm? cipher, ReadOnlySpan<byte> stored, Span<byte> target) =>
        cipher is null
            ? BlockCodec.TryExpand(codec, stored, target)
            : SealedBlock.TryExpand(cipher, block, codec, stored, target);

    private bool TryExpand(int at) => TryExpand(_file, _table.Codec, _table.Blocks[at], _cipher, _memory.Bytes);

    private static bool TryExpand(
        IDiskFile file, BlockCodecKind codec, in CompressedBlock block, AesGcm? cipher, Span<byte> target)
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
                && TryExpand(codec, block, cipher, stored, target.Slice(start, size));
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
