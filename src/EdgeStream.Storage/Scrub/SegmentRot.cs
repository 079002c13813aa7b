namespace EdgeStream.Storage;

/// <summary>Damage that was found in a sealed segment.</summary>
/// <param name="Path">The file.</param>
/// <param name="First">The first record that may be hit.</param>
/// <param name="Last">The last record that may be hit.</param>
/// <param name="Reason">What is wrong with it.</param>
public sealed record SegmentRot(string Path, SequenceNumber First, SequenceNumber Last, string Reason)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Path}: {Reason}; records {First} to {Last} may be hit.";
}
