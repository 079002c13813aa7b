namespace EdgeStream.Storage;

/// <summary>What the first bytes of a segment file are.</summary>
internal enum SegmentHeaderStatus
{
    /// <summary>A header of a version that this program reads.</summary>
    Valid = 0,

    /// <summary>A whole header of another version.</summary>
    OtherVersion = 1,

    /// <summary>Not a whole header.</summary>
    Damaged = 2,
}
