namespace EdgeStream.Storage;

/// <summary>What a segment's header says of its file besides numbers. The values are on disk.</summary>
[Flags]
internal enum SegmentFlags : uint
{
    /// <summary>A file that was made for this segment: zeros stand behind its end.</summary>
    None = 0,

    /// <summary>The file held an older segment, whose bytes may stand behind this one's end.</summary>
    Recycled = 1,

    /// <summary>A key block stands between the header and the entries, and frames are encrypted.</summary>
    Encrypted = 2,

    /// <summary>Compressed blocks and their table stand where the entries stood.</summary>
    Compressed = 4,

    /// <summary>When the segment was begun, the device may not have had all of the one before it.</summary>
    BehindUnsynced = 8,

    /// <summary>
    /// With <see cref="BehindUnsynced"/>: of how many more segments before that one that is true, three bits.
    /// </summary>
    MoreUnsynced = 7 << 8,

    /// <summary>All that this program knows; a file with another one is of a newer version.</summary>
    Known = Recycled | Encrypted | Compressed | BehindUnsynced | MoreUnsynced,
}
