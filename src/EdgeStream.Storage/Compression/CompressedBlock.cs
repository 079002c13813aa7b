namespace EdgeStream.Storage;

/// <summary>One line of a compressed segment's block table.</summary>
/// <param name="Sequence">The block's first record.</param>
/// <param name="ArrivalTime">The wall time of its first base entry.</param>
/// <param name="Offset">Where its first entry stood in the segment as it was written.</param>
/// <param name="SizeBytes">Size of its entries there.</param>
/// <param name="FileOffset">Where the block begins in the file.</param>
/// <param name="FileSizeBytes">Its size in the file.</param>
/// <param name="Checksum">CRC-32C of these bytes in the file.</param>
internal readonly record struct CompressedBlock(
    SequenceNumber Sequence,
    Timestamp ArrivalTime,
    int Offset,
    int SizeBytes,
    int FileOffset,
    int FileSizeBytes,
    uint Checksum);
