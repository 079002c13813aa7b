using System.Text;

namespace EdgeStream.Kinesis;

/// <summary>Values of requests as errors quote them: cut, so that an error never grows with the request.</summary>
internal static class QuotedText
{
    /// <summary>How many characters of one text are quoted.</summary>
    internal const int LengthMax = 2048;

    /// <summary>How many characters of a list or map are quoted: 501 records, one too many, are shown whole.</summary>
    internal const int ListLengthMax = 40_000;

    /// <summary>How many characters the text of an error has at most.</summary>
    internal const int ErrorLengthMax = 65_536;

    private const string Cut = "...";

    /// <summary>A text in UTF-8, cut.</summary>
    internal static string Of(ReadOnlySpan<byte> utf8)
    {
        // A character takes three bytes at most, or two take four.
        const int SizeBytesMax = 3 * (LengthMax + 1);
        return Of(Encoding.UTF8.GetString(utf8.Length > SizeBytesMax ? utf8[..SizeBytesMax] : utf8));
    }

    /// <summary>A text, cut.</summary>
    internal static string Of(string text) => CutTo(text, LengthMax);

    /// <summary>The text of an error, cut.</summary>
    internal static string OfError(string text) => CutTo(text, ErrorLengthMax);

    private static string CutTo(string text, int length)
    {
        if (text.Length <= length)
        {
            return text;
        }

        var end = char.IsHighSurrogate(text[length - 1]) ? length - 1 : length;
        return string.Concat(text.AsSpan(0, end), Cut);
    }
}
