namespace EdgeStream.Mqtt;

/// <summary>How topic filters relate to topics and to each other (MQTT 5.0 section 4.7).</summary>
internal static class TopicMatch
{
    /// <summary>Whether a filter matches a topic name.</summary>
    internal static bool Matches(ReadOnlySpan<byte> filter, ReadOnlySpan<byte> topic) => Overlaps(filter, topic);

    /// <summary>Whether there is a topic that both filters match.</summary>
    internal static bool Overlaps(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        if (IsHidden(left, right) || IsHidden(right, left))
        {
            return false;
        }

        while (true)
        {
            ReadOnlySpan<byte> leftLevel = Topics.NextLevel(ref left, out bool isLeftLast);
            ReadOnlySpan<byte> rightLevel = Topics.NextLevel(ref right, out bool isRightLast);
            if (IsMulti(leftLevel) || IsMulti(rightLevel))
            {
                return true;
            }

            if (!IsSingle(leftLevel) && !IsSingle(rightLevel) && !leftLevel.SequenceEqual(rightLevel))
            {
                return false;
            }

            if (isLeftLast || isRightLast)
            {
                // "sport/#" also matches "sport".
                return (isLeftLast && isRightLast) || IsMultiRest(left, isLeftLast) || IsMultiRest(right, isRightLast);
            }
        }
    }

    /// <summary>Whether a filter matches every topic that the other one matches.</summary>
    internal static bool Covers(ReadOnlySpan<byte> filter, ReadOnlySpan<byte> other)
    {
        if (IsHidden(filter, other))
        {
            return false;
        }

        if (filter.SequenceEqual("+/#"u8))
        {
            // Every topic has a first level.
            filter = "#"u8;
        }

        while (true)
        {
            ReadOnlySpan<byte> level = Topics.NextLevel(ref filter, out bool isLast);
            ReadOnlySpan<byte> otherLevel = Topics.NextLevel(ref other, out bool isOtherLast);
            if (IsMulti(level))
            {
                return true;
            }

            if (IsMulti(otherLevel) || !(IsSingle(level) || level.SequenceEqual(otherLevel)))
            {
                return false;
            }

            if (isLast || isOtherLast)
            {
                return (isLast && isOtherLast) || IsMultiRest(filter, isLast);
            }
        }
    }

    /// <summary>A wildcard in the first level doesn't match what starts with '$' [MQTT-4.7.2-1].</summary>
    private static bool IsHidden(ReadOnlySpan<byte> filter, ReadOnlySpan<byte> other) =>
        filter is [Topics.SingleLevel or Topics.MultiLevel, ..] && other is [(byte)'$', ..];

    private static bool IsSingle(ReadOnlySpan<byte> level) => level is [Topics.SingleLevel];

    private static bool IsMulti(ReadOnlySpan<byte> level) => level is [Topics.MultiLevel];

    private static bool IsMultiRest(ReadOnlySpan<byte> rest, bool isLast) => !isLast && IsMulti(rest);
}
