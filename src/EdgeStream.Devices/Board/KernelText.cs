using System.Buffers.Text;

namespace EdgeStream.Devices;

/// <summary>
/// Cuts the white-space separated text of <c>/proc</c> and <c>/sys</c> files into lines, words and numbers.
/// </summary>
internal static class KernelText
{
    /// <summary>Takes the first line off <paramref name="text"/>; false when nothing is left.</summary>
    internal static bool TryTakeLine(ref ReadOnlySpan<byte> text, out ReadOnlySpan<byte> line)
    {
        if (text.IsEmpty)
        {
            line = default;
            return false;
        }

        var end = text.IndexOf((byte)'\n');
        line = end < 0 ? text : text[..end];
        text = end < 0 ? default : text[(end + 1)..];
        return true;
    }

    /// <summary>Takes the first word off <paramref name="line"/>; false when nothing is left.</summary>
    internal static bool TryTakeWord(ref ReadOnlySpan<byte> line, out ReadOnlySpan<byte> word)
    {
        line = line.TrimStart(" \t"u8);
        var end = line.IndexOfAny((byte)' ', (byte)'\t');
        word = end < 0 ? line : line[..end];
        line = end < 0 ? default : line[end..];
        return !word.IsEmpty;
    }

    /// <summary>Takes the first word off <paramref name="line"/> as a counter; false when it is none.</summary>
    internal static bool TryTakeCounter(ref ReadOnlySpan<byte> line, out ulong counter)
    {
        counter = 0;
        return TryTakeWord(ref line, out var word)
            && Utf8Parser.TryParse(word, out counter, out var used)
            && used == word.Length;
    }

    /// <summary>
    /// Takes the first word off <paramref name="line"/> as a number with a decimal point; false when it is none.
    /// </summary>
    internal static bool TryTakeNumber(ref ReadOnlySpan<byte> line, out double number)
    {
        number = 0;
        return TryTakeWord(ref line, out var word)
            && Utf8Parser.TryParse(word, out number, out var used)
            && used == word.Length
            && double.IsFinite(number);
    }

    /// <summary>Drops words from the front of <paramref name="line"/>.</summary>
    internal static void SkipWords(ref ReadOnlySpan<byte> line, int count)
    {
        for (var i = 0; i < count; i++)
        {
            _ = TryTakeWord(ref line, out _);
        }
    }
}
