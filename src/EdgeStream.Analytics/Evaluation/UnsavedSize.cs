namespace EdgeStream.Analytics;

/// <summary>About how many bytes the next save of a shard's rules writes, never fewer than it does.</summary>
/// <param name="entryOverheadBytes">What an entry costs beside its state and key: its head and its name.</param>
internal sealed class UnsavedSize(int entryOverheadBytes)
{
    public int EntryOverheadBytes { get; } = entryOverheadBytes;

    public long Bytes { get; set; }
}
