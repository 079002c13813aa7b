using System.Globalization;
using System.Text;

namespace EdgeStream.Delivery;

/// <summary>Prepares a password as PostgreSQL does before it hashes one.</summary>
/// <remarks>SASLprep (RFC 4013): what prints nothing goes, all spaces become one kind; where a character is left that
/// no password should have, the password stays as it is, as with PostgreSQL. Its last step, the normalization of
/// compatibility characters (NFKC), is not done, as its tables are larger than the rest of the client: passwords that
/// it changes must be written as it leaves them (<see cref="IsStable"/>).</remarks>
internal static class SaslText
{
    /// <summary>What helps where such a password is refused.</summary>
    public const string Hint = "The password has characters that PostgreSQL may read as others, such as letters with "
        + "combining marks, ligatures, fractions or letters of full width: give it in the normal form NFKC.";

    private const char ZeroWidthSpace = '\u200B';

    /// <summary>First and last characters of what NFKC leaves alone, beyond ASCII; not all of it.</summary>
    private static readonly (int First, int Last)[] StableRanges =
    [
        (0xA1, 0xA7), (0xA9, 0xA9), (0xAB, 0xAC), (0xAE, 0xAE), (0xB0, 0xB1), (0xB6, 0xB7), (0xBB, 0xBB),
        (0xBF, 0x131), (0x134, 0x13E), (0x141, 0x148), (0x14A, 0x17E), (0x180, 0x1C3), (0x1CD, 0x1F0),
        (0x1F4, 0x2AF), (0x386, 0x386), (0x388, 0x3CE), (0x400, 0x482), (0x48A, 0x52F), (0x5D0, 0x5EA),
        (0x621, 0x64A), (0x2013, 0x2014), (0x2018, 0x2019), (0x201C, 0x201E), (0x2020, 0x2022), (0x20AC, 0x20AC),
        (0x3041, 0x3096), (0x30A1, 0x30FA), (0x4E00, 0x9FFF), (0xAC00, 0xD7A3), (0x1F300, 0x1F64F),
    ];

    /// <summary>The password as it is hashed.</summary>
    public static string Prepare(string password)
    {
        if (Ascii.IsValid(password))
        {
            return password;
        }

        var text = new StringBuilder(password.Length);
        foreach (var rune in password.EnumerateRunes())
        {
            if (IsForbidden(rune))
            {
                return password;
            }

            if (Rune.GetUnicodeCategory(rune) == UnicodeCategory.SpaceSeparator || rune.Value == ZeroWidthSpace)
            {
                text.Append(' ');
            }
            else if (!IsNothing(rune.Value))
            {
                text.Append(rune.ToString());
            }
        }

        return text.Length == 0 ? password : text.ToString();
    }

    /// <summary>Whether no character of it is known to be changed by NFKC, or to be so only beside others.</summary>
    public static bool IsStable(string password)
    {
        foreach (var rune in Prepare(password).EnumerateRunes())
        {
            if (!rune.IsAscii && !Array.Exists(
                StableRanges, range => rune.Value >= range.First && rune.Value <= range.Last))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>RFC 3454, table B.1.</summary>
    private static bool IsNothing(int value) => value is 0xAD or 0x34F or 0x1806 or (>= 0x180B and <= 0x180D) or 0x200C
        or 0x200D or 0x2060 or (>= 0xFE00 and <= 0xFE0F) or 0xFEFF;

    /// <summary>Of RFC 3454, tables C.2 to C.9: control characters, private use, what is no character, what changes
    /// how others look.</summary>
    private static bool IsForbidden(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control
            or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator
        || (Rune.GetUnicodeCategory(rune) == UnicodeCategory.Format && !IsNothing(rune.Value)
            && rune.Value != ZeroWidthSpace)
        || rune.Value is 0x340 or 0x341 or (>= 0x2FF0 and <= 0x2FFB) or (>= 0xFFF9 and <= 0xFFFD);
}
