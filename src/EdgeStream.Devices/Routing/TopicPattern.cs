using System.Diagnostics.CodeAnalysis;

namespace EdgeStream.Devices;

/// <summary>A topic filter whose levels may be captured by name: <c>site/{site}/{device}/+</c>.</summary>
/// <remarks>
/// <c>{name}</c> is a whole level and matches as <c>+</c> does. Names are letters, digits, <c>_</c> and <c>-</c>, begin
/// with a letter, and stand once. Matching and capturing allocate nothing.
/// </remarks>
internal sealed class TopicPattern
{
    private readonly TopicFilter _filter;
    private readonly (string Name, int Level)[] _captures;

    private TopicPattern(TopicFilter filter, (string Name, int Level)[] captures)
    {
        _filter = filter;
        _captures = captures;
    }

    /// <summary>The captures in the order of the topic.</summary>
    internal IEnumerable<(string Name, int Level)> Captures => _captures;

    /// <summary>What may stand in braces, for messages.</summary>
    internal string Names =>
        string.Join(", ", _captures.Select(capture => $"{{{capture.Name}}}").Append("{topic}").Append("{client-id}"));

    /// <summary>Reads a pattern; on false <paramref name="problem"/> says what is wrong with it.</summary>
    internal static bool TryParse(string text, [NotNullWhen(true)] out TopicPattern? pattern, out string problem)
    {
        pattern = null;
        problem = "";
        var captures = new List<(string, int)>();
        var levels = text.Split('/');
        for (var i = 0; i < levels.Length; i++)
        {
            if (levels[i] is not ['{', .. var name, '}'] || !IsName(name))
            {
                continue;
            }

            if (name is "topic" or "client-id" || captures.Exists(capture => capture.Item1 == name))
            {
                problem = name is "topic" or "client-id"
                    ? $"'{text}' captures '{{{name}}}', which means something else; choose another name"
                    : $"'{text}' captures '{{{name}}}' twice; choose another name for one";
                return false;
            }

            captures.Add((name, i));
            levels[i] = "+";
        }

        if (!TopicFilter.TryParse(string.Join('/', levels), out var filter, out problem))
        {
            return false;
        }

        pattern = new TopicPattern(filter!, [.. captures]);
        return true;
    }

    /// <summary>Whether the topic name belongs to the pattern.</summary>
    internal bool Matches(ReadOnlySpan<byte> topic) => _filter.Matches(topic);

    /// <summary>The level that a capture stands for, from 0; null when there is none of the name.</summary>
    internal int? LevelOf(string name)
    {
        foreach (var capture in _captures)
        {
            if (capture.Name == name)
            {
                return capture.Level;
            }
        }

        return null;
    }

    /// <summary>One level of a topic, from 0; empty when the topic has not so many.</summary>
    internal static ReadOnlySpan<byte> Level(ReadOnlySpan<byte> topic, int index)
    {
        for (; index > 0; index--)
        {
            var slash = topic.IndexOf((byte)'/');
            if (slash < 0)
            {
                return default;
            }

            topic = topic[(slash + 1)..];
        }

        var end = topic.IndexOf((byte)'/');
        return end < 0 ? topic : topic[..end];
    }

    private static bool IsName(string name) =>
        name.Length > 0
        && char.IsAsciiLetter(name[0])
        && name.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-');
}
