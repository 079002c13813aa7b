using System.Globalization;
using System.Text;

namespace EdgeStream.Kinesis;

/// <summary>Patterns of the Firehose API's texts.</summary>
internal static class FirehosePatterns
{
    private const string TagSigns = "_.:/=+-@%";

    internal static readonly TextPattern Arn = new("arn:.*", static value => value.StartsWith("arn:"u8));

    internal static readonly TextPattern Version = new(
        "[0-9]+", static value => !value.IsEmpty && !value.ContainsAnyExceptInRange((byte)'0', (byte)'9'));

    internal static readonly TextPattern DestinationId = new(
        "[a-zA-Z0-9-]+", static value => !value.IsEmpty && IsOf(value, "-"));

    internal static readonly TextPattern TagKey = new(
        @"^(?!aws:)[\p{L}\p{Z}\p{N}_.:\/=+\-@%]*$", static value => !value.StartsWith("aws:"u8) && IsTag(value));

    internal static readonly TextPattern TagValue = new(@"^[\p{L}\p{Z}\p{N}_.:\/=+\-@%]*$", IsTag);

    internal static readonly TextPattern LogGroup = new(
        @"[\.\-_/#A-Za-z0-9]*", static value => IsOf(value, ".-_/#"));

    internal static readonly TextPattern LogStream = new(
        "[^:*]*", static value => !value.ContainsAny((byte)':', (byte)'*'));

    internal static readonly TextPattern Extension = new(
        @"^$|\.[0-9a-z!\-_.*'()]+", static value => value.IsEmpty || IsExtension(value));

    internal static readonly TextPattern TimeZone = new("^$|[a-zA-Z/_]+", static value => IsOf(value, "/_"));

    internal static readonly TextPattern Url = new(
        "https?://.*", static value => value.StartsWith("https://"u8) || value.StartsWith("http://"u8));

    internal static readonly TextPattern NotBlank = new(
        @"^(?!\s*$).+", static value => value.ContainsAnyExcept(" \t\r\n\f\v"u8));

    private static bool IsExtension(ReadOnlySpan<byte> value) =>
        value.Length > 1 && value[0] == (byte)'.' && !value.ContainsAnyInRange((byte)'A', (byte)'Z')
        && IsOf(value, "!-_.*'()");

    private static bool IsOf(ReadOnlySpan<byte> value, string signs)
    {
        foreach (var letter in value)
        {
            if (!char.IsAsciiLetterOrDigit((char)letter) && !signs.Contains((char)letter))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsTag(ReadOnlySpan<byte> value)
    {
        while (!value.IsEmpty)
        {
            Rune.DecodeFromUtf8(value, out var rune, out var length);
            value = value[length..];
            var isAllowed = Rune.GetUnicodeCategory(rune) is <= UnicodeCategory.OtherLetter
                or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber
                or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator;
            if (!isAllowed && (!rune.IsAscii || !TagSigns.Contains((char)rune.Value)))
            {
                return false;
            }
        }

        return true;
    }
}
