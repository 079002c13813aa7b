namespace EdgeStream.Analytics;

/// <summary>How many rules of a shard have a key whose condition holds and that has no alert yet.</summary>
/// <remarks>Used by the thread of the evaluation alone.</remarks>
internal sealed class UnsettledRules
{
    public int Count { get; set; }
}
