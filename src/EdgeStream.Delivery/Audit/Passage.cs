namespace EdgeStream.Delivery;

/// <summary>What became of the records between an old checkpoint and a new one.</summary>
/// <param name="Runs">Those that were read and settled, in order; what they leave out was gone.</param>
/// <param name="Rejections">Those of them that were rejected, in order.</param>
/// <param name="Gaps">What the log has said of those that were gone.</param>
internal sealed record Passage(
    IReadOnlyList<SequenceRun> Runs, IReadOnlyList<Rejection> Rejections, IReadOnlyList<Gap> Gaps)
{
    /// <summary>Nothing of it was there.</summary>
    public static readonly Passage Empty = new([], [], []);

    /// <summary>Those of the records that the transform has left out, in order.</summary>
    public IReadOnlyList<SequenceRun> Filtered { get; init; } = [];
}
