namespace EdgeStream.Storage;

/// <summary>Damage that was found in a sealed segment.</summary>
/// <param name="Path">The file.</param>
/// <param name="First">The first record that may be hit.</param>
/// <param name="Last">The last record that may be hit.</param>
/// <param name="Reason">What is wrong with it.</param>
public sealed record SegmentRot(string Path, SequenceNumber First, SequenceNumber Last, string Reason)
{
    /// <summary>The reason where bytes are missing at the end.</summary>
    internal const string TooShort = "the file is too short";

    /// <inheritdoc/>
    public override string ToString() => $"{Path}: {Reason}; records {First} to {Last} may be hit.";

    /// <summary>The reason where a read failed.</summary>
    internal static string ReasonOf(IOException error) => $"the device cannot read it ({error.Message})";

    /// <summary>
    /// A piece of a segment that the device does not have: whatever the sparse index says may be in that place.
    /// </summary>
    /// <param name="segment">The segment.</param>
    /// <param name="end">The first record of the next segment.</param>
    /// <param name="index">The segment's index; null if there is none: then any of its records may be hit.</param>
    /// <param name="offset">Where the piece of <see cref="SegmentCopy.PieceSizeBytes"/> begins.</param>
    /// <param name="reason">What is wrong.</param>
    internal static SegmentRot OfPiece(
        Segment segment, SequenceNumber end, SegmentIndex? index, int offset, string reason)
    {
        var first = segment.FirstSequence;
        var last = end.Previous;
        foreach (var point in index?.Points ?? [])
        {
            if (point.Offset <= offset)
            {
                first = point.Sequence;
            }
            else if (point.Offset > offset + SegmentCopy.PieceSizeBytes)
            {
                last = point.Sequence.Previous;
                break;
            }
        }

        return new SegmentRot(segment.Path, first, last, reason);
    }
}
