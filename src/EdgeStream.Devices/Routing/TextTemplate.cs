using System.Text;

namespace EdgeStream.Devices;

/// <summary>A text with places for parts of a message's topic: <c>{site}-{device}</c>.</summary>
/// <remarks>
/// A name in braces is a capture of the route's topic, or <c>topic</c> or <c>client-id</c>. Rendering allocates
/// nothing.
/// </remarks>
internal sealed class TextTemplate
{
    private const int TopicPart = -1;
    private const int ClientIdPart = -2;
    private const int LiteralPart = -3;

    private readonly (byte[] Literal, int Level)[] _parts;

    private TextTemplate((byte[] Literal, int Level)[] parts) => _parts = parts;

    /// <summary>The whole topic.</summary>
    internal static TextTemplate Topic { get; } = new([([], TopicPart)]);

    /// <summary>One level of the topic.</summary>
    internal static TextTemplate OfLevel(int level) => new([([], level)]);

    /// <summary>Reads a template; on false <paramref name="problem"/> says what is wrong and what is allowed.</summary>
    internal static bool TryParse(string text, TopicPattern pattern, out TextTemplate? template, out string problem)
    {
        template = null;
        problem = "";
        var parts = new List<(byte[], int)>();
        var rest = text;
        while (rest.Length > 0)
        {
            var open = rest.IndexOf('{');
            var literal = open < 0 ? rest : rest[..open];
            if (literal.Contains('}'))
            {
                problem = $"'{text}' has a '}}' without its '{{'";
                return false;
            }

            if (literal.Length > 0)
            {
                parts.Add((Encoding.UTF8.GetBytes(literal), LiteralPart));
            }

            if (open < 0)
            {
                break;
            }

            var close = rest.IndexOf('}', open);
            var name = close < 0 ? "" : rest[(open + 1)..close];
            var level = name switch
            {
                "topic" => TopicPart,
                "client-id" => ClientIdPart,
                _ => pattern.LevelOf(name) ?? LiteralPart,
            };
            if (level == LiteralPart)
            {
                problem = $"'{text}' names '{{{name}}}', which is none of {pattern.Names}";
                return false;
            }

            parts.Add(([], level));
            rest = rest[(close + 1)..];
        }

        template = new TextTemplate([.. parts]);
        return true;
    }

    /// <summary>Adds the text for one message.</summary>
    internal void AddTo(GrowingBytes output, ReadOnlySpan<byte> topic, string? clientId, bool isEscaped)
    {
        foreach (var (literal, level) in _parts)
        {
            if (level == ClientIdPart)
            {
                AddClientId(output, clientId, isEscaped);
                continue;
            }

            var text = level switch
            {
                LiteralPart => literal,
                TopicPart => topic,
                _ => TopicPattern.Level(topic, level),
            };
            if (isEscaped)
            {
                output.AddEscaped(text);
            }
            else
            {
                output.Add(text);
            }
        }
    }

    private static void AddClientId(GrowingBytes output, string? clientId, bool isEscaped)
    {
        Span<byte> one = stackalloc byte[4];
        foreach (var letter in (clientId ?? "").EnumerateRunes())
        {
            var bytes = one[..letter.EncodeToUtf8(one)];
            if (isEscaped)
            {
                output.AddEscaped(bytes);
            }
            else
            {
                output.Add(bytes);
            }
        }
    }
}
