using System.Text;

namespace EdgeStream.Sql;

/// <summary>Matches text with a pattern: <c>%</c> is any run of characters, <c>_</c> is one code point.</summary>
internal sealed class LikeExpression(Expression operand, Expression pattern, byte[] escape)
    : Expression(SqlType.Boolean)
{
    private const byte AnyRun = (byte)'%';
    private const byte AnyOne = (byte)'_';

    public override SqlValue Evaluate(scoped in Row row)
    {
        var text = operand.Evaluate(in row);
        var like = pattern.Evaluate(in row);
        return text.Type == SqlType.Text && like.Type == SqlType.Text
            ? SqlValue.Of(Matches(text.Text, like.Text, escape))
            : SqlValue.Null;
    }

    /// <summary>Greedy matching that goes back only to the last <c>%</c>: at worst text times pattern length, no
    /// recursion.</summary>
    public static bool Matches(ReadOnlySpan<byte> text, ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> escape)
    {
        int textIndex = 0, patternIndex = 0, runPatternIndex = -1, runTextIndex = 0;
        while (textIndex < text.Length)
        {
            if (StartsWithRun(pattern[patternIndex..], escape))
            {
                runPatternIndex = ++patternIndex;
                runTextIndex = textIndex;
            }
            else if (TryStep(text, pattern, escape, ref textIndex, ref patternIndex))
            {
                continue;
            }
            else if (runPatternIndex >= 0)
            {
                runTextIndex += CharacterLength(text[runTextIndex..]);
                textIndex = runTextIndex;
                patternIndex = runPatternIndex;
            }
            else
            {
                return false;
            }
        }

        while (StartsWithRun(pattern[patternIndex..], escape))
        {
            patternIndex++;
        }

        return patternIndex == pattern.Length;
    }

    private static bool StartsWithRun(ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> escape) =>
        !pattern.IsEmpty && pattern[0] == AnyRun && !StartsWithEscape(pattern, escape);

    private static bool StartsWithEscape(ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> escape) =>
        !escape.IsEmpty && pattern.StartsWith(escape);

    private static bool TryStep(
        ReadOnlySpan<byte> text, ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> escape,
        ref int textIndex, ref int patternIndex)
    {
        if (patternIndex == pattern.Length)
        {
            return false;
        }

        var index = patternIndex;
        var isEscaped = StartsWithEscape(pattern[index..], escape);
        if (isEscaped)
        {
            index += escape.Length;
        }

        if (!isEscaped && pattern[index] == AnyOne)
        {
            textIndex += CharacterLength(text[textIndex..]);
            patternIndex = index + 1;
            return true;
        }

        if (index == pattern.Length || pattern[index] != text[textIndex])
        {
            return false;
        }

        textIndex++;
        patternIndex = index + 1;
        return true;
    }

    private static int CharacterLength(ReadOnlySpan<byte> text)
    {
        Rune.DecodeFromUtf8(text, out _, out var length);
        return length;
    }
}
