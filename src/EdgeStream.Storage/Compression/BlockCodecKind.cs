namespace EdgeStream.Storage;

/// <summary>What the blocks of a compressed segment are compressed with. The values are on disk.</summary>
internal enum BlockCodecKind : byte
{
    /// <summary>Zstandard frames (RFC 8878), by libzstd.</summary>
    Zstandard = 1,

    /// <summary>Brotli streams (RFC 7932), by the framework.</summary>
    Brotli = 2,
}
