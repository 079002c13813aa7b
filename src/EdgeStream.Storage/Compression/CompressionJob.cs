namespace EdgeStream.Storage;

/// <summary>One segment that is to be compressed.</summary>
/// <param name="Disk">Where it is.</param>
/// <param name="Segment">The segment, sealed.</param>
/// <param name="End">The sequence number of the next segment's first record.</param>
/// <param name="Codec">What to compress with.</param>
/// <param name="Encryption">
/// The keys: an encrypted segment becomes an encrypted file, with a new data key under the current key or its own.
/// </param>
/// <param name="WriteBack">How the new file comes to the device.</param>
internal sealed record CompressionJob(
    IDisk Disk,
    Segment Segment,
    SequenceNumber End,
    BlockCodecKind Codec,
    LogEncryption? Encryption,
    PacedWriteBack WriteBack);
