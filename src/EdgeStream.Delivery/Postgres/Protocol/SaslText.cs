using System.Globalization;
using System.Text;

namespace EdgeStream.Delivery;

/// <summary>Prepares a password as PostgreSQL does before it hashes one.</summary>
/// <remarks>SASLprep (RFC 4013): what prints nothing goes, all spaces become one kind, the rest comes into the normal
/// form NFKC. A password that then has characters which no password should have (the tables C of RFC 3454, those that
/// Unicode
/// 3.2 does not have, a mixture of directions), or none, stays as it is, as with PostgreSQL.</remarks>
internal static class SaslText
{
    private const char ZeroWidthSpace = '\u200B';

    /// <summary>RFC 3454, tables C.1.2 to C.9, beyond ASCII.</summary>
    private static readonly (int First, int Last)[] Forbidden =
    [
        (0x80, 0xA0), (0x340, 0x341), (0x6DD, 0x6DD), (0x70F, 0x70F), (0x1680, 0x1680), (0x180E, 0x180E),
        (0x2000, 0x200F), (0x2028, 0x202F), (0x205F, 0x2063), (0x206A, 0x206F), (0x2FF0, 0x2FFB), (0x3000, 0x3000),
        (0xD800, 0xF8FF), (0xFDD0, 0xFDEF), (0xFEFF, 0xFEFF), (0xFFF9, 0xFFFF), (0x1D173, 0x1D17A),
        (0xE0001, 0xE0001), (0xE0020, 0xE007F), (0xF0000, 0x10FFFF),
    ];

    /// <summary>The password as it is hashed.</summary>
    public static string Prepare(string password)
    {
        if (Ascii.IsValid(password))
        {
            return password;
        }

        var tables = new UnicodeTables();
        var text = new CompatibilityForm(tables).Of(Map(password));
        return text.Length == 0 || HasForbidden(text, tables) || IsOfBothDirections(text, tables) ? password : text;
    }

    private static string Map(string password)
    {
        var text = new StringBuilder(password.Length);
        foreach (var rune in password.EnumerateRunes())
        {
            if (Rune.GetUnicodeCategory(rune) == UnicodeCategory.SpaceSeparator || rune.Value == ZeroWidthSpace)
            {
                text.Append(' ');
            }
            else if (!IsNothing(rune.Value))
            {
                text.Append(rune.ToString());
            }
        }

        return text.ToString();
    }

    /// <summary>RFC 3454, table B.1.</summary>
    private static bool IsNothing(int value) => value is 0xAD or 0x34F or 0x1806 or (>= 0x180B and <= 0x180D) or 0x200C
        or 0x200D or 0x2060 or (>= 0xFE00 and <= 0xFE0F) or 0xFEFF;

    private static bool HasForbidden(string text, UnicodeTables tables)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            var value = rune.Value;
            if (value < ' ' || value == 0x7F || (value & 0xFFFE) == 0xFFFE || UnicodeTables.IsIn(Forbidden, value)
                || UnicodeTables.IsIn(tables.Unassigned, value))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>RFC 3454, section 6: what has a character of the right-to-left kind has none of the other, and begins
    /// and ends with one.</summary>
    private static bool IsOfBothDirections(string text, UnicodeTables tables)
    {
        var hasRight = false;
        var hasLeft = false;
        var isFirstRight = false;
        var isLastRight = false;
        var isFirst = true;
        foreach (var rune in text.EnumerateRunes())
        {
            isLastRight = UnicodeTables.IsIn(tables.RightToLeft, rune.Value);
            isFirstRight |= isFirst && isLastRight;
            isFirst = false;
            hasRight |= isLastRight;
            hasLeft |= UnicodeTables.IsIn(tables.LeftToRight, rune.Value);
        }

        return hasRight && (hasLeft || !isFirstRight || !isLastRight);
    }
}
