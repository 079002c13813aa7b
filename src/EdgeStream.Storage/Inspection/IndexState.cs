namespace EdgeStream.Storage;

/// <summary>What is beside a segment as its index file.</summary>
public enum IndexState
{
    /// <summary>A valid index of the whole segment.</summary>
    Valid = 0,

    /// <summary>None; the last segment of a log that was not stopped cleanly has none either.</summary>
    Missing = 1,

    /// <summary>A file that is no valid index of this segment: it is ignored.</summary>
    Damaged = 2,

    /// <summary>An index that contradicts the segment, its points or its checksum of it, and is whole itself.</summary>
    Wrong = 3,

    /// <summary>A valid index of a segment that is still written: up to its end all was durable.</summary>
    Mark = 4,

    /// <summary>A file beside a compressed segment, whose table is its index, or a whole index of the empty segment
    /// that the last one has replaced: harmless, it is ignored.</summary>
    LeftOver = 5,
}
