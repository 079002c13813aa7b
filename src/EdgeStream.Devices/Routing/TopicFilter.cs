using System.Text;
using System.Text.Unicode;

namespace EdgeStream.Devices;

/// <summary>
/// An MQTT topic filter: <c>+</c> stands for one level, a last <c>#</c> for the level above it and all below.
/// </summary>
/// <remarks>
/// Source: MQTT 5.0, section 4.7. A filter that starts with a wildcard does not match topics that start with <c>$</c>.
/// Matching allocates nothing.
/// </remarks>
internal sealed class TopicFilter
{
    private const int FilterSizeBytesMax = 65_535;

    private readonly byte[] _filter;

    private TopicFilter(byte[] filter) => _filter = filter;

    /// <summary>Checks a filter's grammar.</summary>
    internal static bool TryParse(string text, out TopicFilter? filter, out string problem)
    {
        filter = null;
        problem = "";
        if (text.Length == 0)
        {
            problem = "a topic filter has at least one character; '#' stands for every topic";
            return false;
        }

        var levels = text.Split('/');
        for (var i = 0; i < levels.Length; i++)
        {
            if (levels[i].Contains('#') && (levels[i].Length > 1 || i < levels.Length - 1))
            {
                problem = $"in '{text}' the '#' must be the whole last level, as in 'site/#'";
                return false;
            }

            if (levels[i].Contains('+') && levels[i].Length > 1)
            {
                problem = $"in '{text}' the '+' must be a whole level, as in 'site/+/temperature'";
                return false;
            }
        }

        var utf8 = Encoding.UTF8.GetBytes(text);
        if (text.Contains('\0') || !Utf8.IsValid(utf8) || utf8.Length > FilterSizeBytesMax)
        {
            problem = $"a topic filter is UTF-8 without U+0000 of at most {FilterSizeBytesMax} bytes";
            return false;
        }

        filter = new TopicFilter(utf8);
        return true;
    }

    /// <summary>Whether the topic name belongs to the filter.</summary>
    internal bool Matches(ReadOnlySpan<byte> topic)
    {
        ReadOnlySpan<byte> filter = _filter;
        if (topic.IsEmpty || (topic[0] == '$' && filter[0] is (byte)'+' or (byte)'#'))
        {
            return false;
        }

        while (true)
        {
            var level = TakeLevel(ref filter, out var filterGoesOn);
            if (level.SequenceEqual("#"u8))
            {
                return true;
            }

            var name = TakeLevel(ref topic, out var topicGoesOn);
            if (!level.SequenceEqual("+"u8) && !level.SequenceEqual(name))
            {
                return false;
            }

            if (!topicGoesOn)
            {
                // 'site/#' also matches 'site' itself.
                return !filterGoesOn || filter.SequenceEqual("#"u8);
            }

            if (!filterGoesOn)
            {
                return false;
            }
        }
    }

    private static ReadOnlySpan<byte> TakeLevel(ref ReadOnlySpan<byte> text, out bool goesOn)
    {
        var slash = text.IndexOf((byte)'/');
        goesOn = slash >= 0;
        var level = goesOn ? text[..slash] : text;
        text = goesOn ? text[(slash + 1)..] : default;
        return level;
    }
}
