namespace EdgeStream.Analytics;

/// <summary>About how many bytes the next save of a shard's rules writes.</summary>
internal sealed class UnsavedSize
{
    public long Bytes { get; set; }
}
