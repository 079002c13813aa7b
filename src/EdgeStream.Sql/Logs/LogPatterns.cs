using System.Text;
using System.Text.RegularExpressions;

namespace EdgeStream.Sql;

/// <summary>Makes regular expressions of the patterns of log formats.</summary>
internal static class LogPatterns
{
    /// <summary>The names of the formats of web servers.</summary>
    public const string W3CFormats = "COMMON, COMMON WITH VHOST, NCSA EXTENDED, REFERER, AGENT";

    private static readonly Dictionary<string, string> Formats = new(StringComparer.OrdinalIgnoreCase)
    {
        ["COMMON"] = "%h %l %u %t \"%r\" %>s %b",
        ["COMMON WITH VHOST"] = "%v %h %l %u %t \"%r\" %>s %b",
        ["NCSA EXTENDED"] = "%h %l %u %t \"%r\" %>s %b \"%[Referer]i\" \"%[User-agent]i\"",
        ["REFERER"] = "%[Referer]i ---> %U",
        ["AGENT"] = "%[User-agent]i",
    };

    /// <summary>Specifiers that are numbers: bytes, process and port numbers, the status, and times taken.</summary>
    private const string Numbers = "bDIOPpsT";

    /// <summary>The regular expression of a web server's log format, and which of its groups are numbers; null where
    /// the format is none.</summary>
    public static string? TryW3C(string format, out bool[] numeric)
    {
        // A server's own configuration has the format in quotes, and its quotes escaped.
        format = Formats.GetValueOrDefault(format.Trim(), format).Replace("\\\"", "\"", StringComparison.Ordinal);
        var builder = new StringBuilder("\\A");
        var isNumeric = new List<bool>();
        for (var index = 0; index < format.Length; index++)
        {
            if (format[index] != '%')
            {
                builder.Append(Regex.Escape(format[index].ToString()));
                continue;
            }

            var start = index;

            // Between % and the letter: conditions and < or >, and a name in brackets or braces.
            index++;
            while (index < format.Length && !char.IsAsciiLetter(format[index]))
            {
                var close = format[index] switch { '[' => ']', '{' => '}', _ => '\0' };
                index = close == '\0' ? index + 1 : format.IndexOf(close, index) + 1;
                if (index == 0)
                {
                    numeric = [];
                    return null;
                }
            }

            if (index >= format.Length)
            {
                break;
            }

            isNumeric.Add(Numbers.Contains(format[index], StringComparison.Ordinal));
            var isQuoted = index + 1 < format.Length && format[index + 1] == '"';
            builder.Append(format[index] == 't' ? TimePattern(format, start, index)
                : isQuoted ? "((?:[^\"\\\\]|\\\\.)*)"
                : index + 1 == format.Length ? "(.*)" : "(\\S*)");
        }

        numeric = [.. isNumeric];
        return numeric.Length == 0 ? null : builder.Append("\\z").ToString();
    }

    /// <summary>A time stands in brackets, which are part of it unless the format has its own; one in a format of the
    /// server's is whatever stands there.</summary>
    private static string TimePattern(string format, int start, int end) =>
        format.AsSpan(start, end - start).Contains('[') || format.AsSpan(start, end - start).Contains('{') ? "(.*?)"
        : start > 0 && format[start - 1] == '[' ? "([^\\]]*)"
        : "(\\[[^\\]]*\\])";
}
