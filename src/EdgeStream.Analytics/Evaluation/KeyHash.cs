namespace EdgeStream.Analytics;

/// <summary>The hash of a partition key, computed once a record. Differs from process to process; never
/// stored.</summary>
internal static class KeyHash
{
    public static int Of(ReadOnlySpan<byte> key)
    {
        var hash = default(HashCode);
        hash.AddBytes(key);
        return hash.ToHashCode();
    }
}
