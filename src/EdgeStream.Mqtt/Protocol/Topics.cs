using System.Text;
using System.Text.Unicode;

namespace EdgeStream.Mqtt;

/// <summary>The rules for strings, topic names and topic filters (MQTT 5.0 sections 1.5.4 and 4.7), over UTF-8
/// bytes.</summary>
internal static class Topics
{
    /// <summary>Deeper names and filters are refused, so that walking the topic tree can't exhaust the stack.</summary>
    internal const int LevelsMax = 200;

    internal const byte Separator = (byte)'/';
    internal const byte SingleLevel = (byte)'+';
    internal const byte MultiLevel = (byte)'#';

    internal static ReadOnlySpan<byte> SharePrefix => "$share/"u8;

    /// <summary>Well-formed UTF-8 without surrogates [MQTT-1.5.4-1] and without U+0000 [MQTT-1.5.4-2].</summary>
    internal static bool IsText(ReadOnlySpan<byte> text) => !text.Contains((byte)0) && Utf8.IsValid(text);

    /// <summary>At least one character [MQTT-4.7.3-1] and no wildcard [MQTT-3.3.2-2]. The text itself is checked
    /// elsewhere.</summary>
    internal static bool IsName(ReadOnlySpan<byte> topic) =>
        !topic.IsEmpty && topic.IndexOfAny(SingleLevel, MultiLevel) < 0;

    /// <summary>Rejects what is not a topic name as malformed, and one that is but is not taken here as
    /// invalid.</summary>
    /// <param name="topic">Its text is checked elsewhere.</param>
    /// <param name="what">What the error calls it.</param>
    internal static void CheckName(ReadOnlySpan<byte> topic, string what)
    {
        if (!IsName(topic))
        {
            Reject.Malformed($"The {what} is empty or holds a wildcard.");
        }

        if (IsTooDeep(topic))
        {
            Reject.With(MqttReasonCode.TopicNameInvalid, $"The {what} has more than {LevelsMax} levels.");
        }
    }

    /// <summary>Whether bytes that didn't come through a packet's checks are a topic name.</summary>
    internal static bool IsPublishable(ReadOnlySpan<byte> topic) =>
        topic.Length <= ushort.MaxValue && IsName(topic) && IsText(topic) && !IsTooDeep(topic);

    internal static bool IsTooDeep(ReadOnlySpan<byte> topic) => topic.Count(Separator) >= LevelsMax;

    /// <summary>Wildcards stand alone in their level and '#' only in the last [MQTT-4.7.1-1] [MQTT-4.7.1-2].</summary>
    internal static bool IsFilter(ReadOnlySpan<byte> filter)
    {
        if (filter.IsEmpty)
        {
            return false;
        }

        ReadOnlySpan<byte> rest = filter;
        while (true)
        {
            int end = rest.IndexOf(Separator);
            ReadOnlySpan<byte> level = end < 0 ? rest : rest[..end];
            bool hasWildcard = level.IndexOfAny(SingleLevel, MultiLevel) >= 0;
            if (hasWildcard && (level.Length != 1 || (level[0] == MultiLevel && end >= 0)))
            {
                return false;
            }

            if (end < 0)
            {
                return true;
            }

            rest = rest[(end + 1)..];
        }
    }

    /// <summary>The filter of a shared subscription, behind its share name; any other as it is.</summary>
    internal static ReadOnlySpan<byte> WithoutShare(ReadOnlySpan<byte> filter)
    {
        if (!IsShared(filter))
        {
            return filter;
        }

        ReadOnlySpan<byte> rest = filter[SharePrefix.Length..];
        int end = rest.IndexOf(Separator);
        return end < 0 ? default : rest[(end + 1)..];
    }

    internal static bool IsShared(ReadOnlySpan<byte> filter) => filter.StartsWith(SharePrefix);

    /// <summary>Takes a shared subscription's filter apart: <c>$share/</c>, a name of at least one character without
    /// wildcards, and what topics are matched against [MQTT-4.8.2-1] [MQTT-4.8.2-2].</summary>
    internal static bool TryReadShare(
        ReadOnlySpan<byte> filter, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> shared)
    {
        name = default;
        shared = default;
        if (!IsShared(filter))
        {
            return false;
        }

        ReadOnlySpan<byte> rest = filter[SharePrefix.Length..];
        name = NextLevel(ref rest, out bool isLast);
        shared = rest;
        return !isLast && !name.IsEmpty && name.IndexOfAny(SingleLevel, MultiLevel) < 0 && !shared.IsEmpty;
    }

    /// <summary>Whether a filter that isn't shared matches a topic name (section 4.7).</summary>
    internal static bool Matches(ReadOnlySpan<byte> filter, ReadOnlySpan<byte> topic)
    {
        if (topic is [(byte)'$', ..] && filter is [SingleLevel or MultiLevel, ..])
        {
            // [MQTT-4.7.2-1].
            return false;
        }

        bool isTopicDone = false;
        while (true)
        {
            ReadOnlySpan<byte> wanted = NextLevel(ref filter, out bool isFilterDone);
            if (wanted is [MultiLevel])
            {
                return true;
            }

            if (isTopicDone)
            {
                return false;
            }

            ReadOnlySpan<byte> level = NextLevel(ref topic, out isTopicDone);
            if (wanted is not [SingleLevel] && !wanted.SequenceEqual(level))
            {
                return false;
            }

            if (isFilterDone)
            {
                return isTopicDone;
            }
        }
    }

    /// <summary>Takes the first level off <paramref name="rest"/>; <paramref name="isLast"/> when nothing follows
    /// it.</summary>
    internal static ReadOnlySpan<byte> NextLevel(scoped ref ReadOnlySpan<byte> rest, out bool isLast)
    {
        int end = rest.IndexOf(Separator);
        isLast = end < 0;
        ReadOnlySpan<byte> level = isLast ? rest : rest[..end];
        rest = isLast ? default : rest[(end + 1)..];
        return level;
    }

    internal static string Text(ReadOnlySpan<byte> text) => Encoding.UTF8.GetString(text);
}
