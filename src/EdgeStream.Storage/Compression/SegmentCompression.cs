namespace EdgeStream.Storage;

/// <summary>Whether and how sealed segments are compressed.</summary>
public enum SegmentCompression
{
    /// <summary>They stay as they were written.</summary>
    None = 0,

    /// <summary>Zstandard where the machine has libzstd, Brotli otherwise.</summary>
    Auto = 1,

    /// <summary>Brotli, which every build of this program can read again without a library.</summary>
    Brotli = 2,
}
