namespace EdgeStream.Streams;

/// <summary>How the 128-bit hash key range is divided evenly: Kinesis's way for a new stream.</summary>
internal static class HashKeyRange
{
    /// <summary>The first and last hash key of one of several equal shards; the last one takes the remainder.</summary>
    internal static (UInt128 Start, UInt128 End) Of(int index, int count)
    {
        if (count == 1)
        {
            return (UInt128.MinValue, UInt128.MaxValue);
        }

        // The range has 2^128 keys, one more than fits: a width of floor((2^128 - 1) / count) differs by at most one
        // key.
        var width = UInt128.MaxValue / (UInt128)count;
        var start = width * (UInt128)index;
        return (start, index == count - 1 ? UInt128.MaxValue : start + width - 1);
    }
}
