
namespace EdgeStream.Benchmarks.Areas.Segments;

/// <summary>One way to come by the blocks of a new segment before it is written.</summary>
internal enum SegmentWay
{
    /// <summary>
    /// <c>fallocate</c>: reserved and marked unwritten; every first write of a block converts its extent.
    /// </summary>
    Unwritten = 0,

    /// <summary>Zeros are written to all of it in advance.</summary>
    Zeros = 1,

    /// <summary>A file that was a segment before gets a new name and is written over.</summary>
    Recycled = 2,

    /// <summary>
    /// Unwritten, and the sync that comes to a block for the first time takes the zeros of the next 128 KiB with it.
    /// </summary>
    Ahead = 3,
}
