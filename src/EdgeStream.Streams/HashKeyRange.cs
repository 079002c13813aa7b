namespace EdgeStream.Streams;

/// <summary>How the 128-bit hash key range is divided evenly: Kinesis's way for a new stream.</summary>
internal static class HashKeyRange
{
    /// <summary>The first and last hash key of one of several equal shards; the last one takes the remainder.</summary>
    /// <remarks>A shard is floor(2^128 / count) keys wide: two shards meet between 2^127 - 1 and 2^127.</remarks>
    internal static (UInt128 Start, UInt128 End) Of(int index, int count)
    {
        // 2^128 itself does not fit: it is one more than the greatest number.
        var (width, rest) = UInt128.DivRem(UInt128.MaxValue, (UInt128)count);
        return Of(index, count, rest == (UInt128)count - 1 ? width + 1 : width);
    }

    /// <summary>The same as streams were divided whose entry has the version 1, and no ranges.</summary>
    /// <remarks>A shard is floor((2^128 - 1) / count) keys wide. Their records lie where these ranges say, for
    /// ever.</remarks>
    internal static (UInt128 Start, UInt128 End) OfOld(int index, int count) =>
        Of(index, count, UInt128.MaxValue / (UInt128)count);

    private static (UInt128 Start, UInt128 End) Of(int index, int count, UInt128 width)
    {
        if (count == 1)
        {
            return (UInt128.MinValue, UInt128.MaxValue);
        }

        var start = width * (UInt128)index;
        return (start, index == count - 1 ? UInt128.MaxValue : start + width - 1);
    }
}
