using System.Text;

namespace EdgeStream.Sql;

/// <summary>Positions in UTF-8 counted in characters (code points), as SQL counts them.</summary>
internal static class Characters
{
    /// <summary>How many characters a text has.</summary>
    public static int Count(ReadOnlySpan<byte> text)
    {
        if (Ascii.IsValid(text))
        {
            return text.Length;
        }

        var count = 0;
        while (!text.IsEmpty)
        {
            text = text[LengthOf(text)..];
            count++;
        }

        return count;
    }

    /// <summary>Where the character with an index starts; the text's length where it has fewer.</summary>
    public static int OffsetOf(ReadOnlySpan<byte> text, long index)
    {
        var offset = 0;
        for (long count = 0; count < index && offset < text.Length; count++)
        {
            offset += LengthOf(text[offset..]);
        }

        return offset;
    }

    /// <summary>How many bytes the first character has.</summary>
    public static int LengthOf(ReadOnlySpan<byte> text)
    {
        if (text[0] < 0x80)
        {
            return 1;
        }

        Rune.DecodeFromUtf8(text, out _, out var length);
        return length;
    }
}
