using System.IO.Compression;

namespace EdgeStream.Storage;

/// <summary>Compresses and expands single blocks. Thread-safe.</summary>
internal static class BlockCodec
{
    /// <summary>The quality from which on Brotli gains little more and takes several times as long.</summary>
    private const int BrotliQuality = 4;
    private const int BrotliWindowBits = 18;

    /// <summary>The codec that a log's settings stand for; null for none.</summary>
    internal static BlockCodecKind? Choose(ShardLogOptions options) => options.Compression switch
    {
        SegmentCompression.Auto => options.Zstandard is null ? BlockCodecKind.Brotli : BlockCodecKind.Zstandard,
        SegmentCompression.Brotli => BlockCodecKind.Brotli,
        _ => null,
    };

    /// <summary>Whether a log with these settings can expand blocks of a kind.</summary>
    internal static bool IsAvailable(BlockCodecKind kind, ShardLogOptions options) => kind switch
    {
        BlockCodecKind.Zstandard => options.Zstandard is not null,
        BlockCodecKind.Brotli => true,
        _ => false,
    };

    /// <summary>The most that a block of this size can become.</summary>
    internal static int BoundOf(int sizeBytes) => sizeBytes + (sizeBytes >> 7) + 1024;

    /// <summary>Compresses a block; false if it failed or does not fit.</summary>
    internal static bool TryCompress(
        BlockCodecKind kind, ReadOnlySpan<byte> source, Span<byte> target, out int sizeBytes)
    {
        sizeBytes = 0;
        return kind switch
        {
            BlockCodecKind.Zstandard => ZstandardLibrary.Instance is { } library
                && library.TryCompress(source, target, out sizeBytes),
            BlockCodecKind.Brotli => BrotliEncoder.TryCompress(
                source, target, out sizeBytes, BrotliQuality, BrotliWindowBits),
            _ => false,
        };
    }

    /// <summary>Expands a block to exactly the size of the target; false if it is anything else.</summary>
    internal static bool TryExpand(BlockCodecKind kind, ReadOnlySpan<byte> source, Span<byte> target) => kind switch
    {
        BlockCodecKind.Zstandard => ZstandardLibrary.Instance is { } library && library.TryExpand(source, target),
        BlockCodecKind.Brotli => BrotliDecoder.TryDecompress(source, target, out var size) && size == target.Length,
        _ => false,
    };
}
