using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace EdgeStream.Delivery;

/// <summary>A prefix of object names with expressions: <c>!{timestamp:pattern}</c>, <c>!{firehose:random-string}</c>
/// and, where they are allowed, <c>!{firehose:error-output-type}</c> and
/// <c>!{partitionKeyFromQuery:path}</c>.</summary>
/// <remarks>
/// A pattern has the letters of Java's DateTimeFormatter that stand for numbers: <c>y</c> and <c>u</c> (two for the
/// year's last two digits), <c>M</c>, <c>d</c>, <c>D</c> (day of the year), <c>H</c>, <c>m</c>, <c>s</c> (each as often
/// as it shall have digits at least), <c>S</c> (fractions of the second, 1 to 7); text between apostrophes and any sign
/// that is no letter stand for themselves. All of one prefix are the same moment. Immutable.
/// </remarks>
public sealed class PrefixTemplate
{
    /// <summary>How long an evaluated prefix may be, in bytes of UTF-8.</summary>
    /// <remarks>S3 takes names of 1,024 bytes: what follows the prefix has up to 313.</remarks>
    public const int EvaluatedSizeBytesMax = 512;

    private const string Opening = "!{";
    private const string TimestampSpace = "timestamp";
    private const string FirehoseSpace = "firehose";
    private const string RandomWord = "random-string";
    private const string ErrorTypeWord = "error-output-type";
    private const int RandomLength = 11;
    private const int FractionDigitsMax = 7;

    /// <summary>A time whose fields all have as many digits as they can have.</summary>
    private static readonly DateTimeOffset LongestTime = new(2000, 12, 31, 23, 59, 59, TimeSpan.Zero);

    private readonly List<(PartKind Kind, string Text)> _parts = [];

    private readonly bool _mayHaveKeys;

    private PrefixTemplate(bool mayHaveKeys) => _mayHaveKeys = mayHaveKeys;

    private enum PartKind
    {
        Text,
        Time,
        Random,
        ErrorType,
        Key,
    }

    /// <summary>Whether it has an expression with a time.</summary>
    public bool HasTime => _parts.Exists(static part => part.Kind == PartKind.Time);

    /// <summary>Whether it has an expression.</summary>
    public bool HasExpression => _parts.Exists(static part => part.Kind != PartKind.Text);

    /// <summary>Whether it has the expression for the kind of an error.</summary>
    public bool HasErrorType => _parts.Exists(static part => part.Kind == PartKind.ErrorType);

    /// <summary>Whether it has an expression that differs each time that it is evaluated.</summary>
    internal bool HasRandom => _parts.Exists(static part => part.Kind == PartKind.Random);

    /// <summary>The paths of what of a record's data stands in it.</summary>
    public IReadOnlyList<string> KeyPaths =>
        [.. _parts.FindAll(static part => part.Kind == PartKind.Key).ConvertAll(static part => part.Text)];

    /// <summary>A prefix with what a function makes of the text of each <c>!{partitionKeyFromQuery:text}</c> in the
    /// text's place.</summary>
    public static string MapKeys(string text, Func<string, string> map) => PartitionKeys.Map(text, map);

    /// <summary>Reads a prefix that may have values of the data in it, which stay expressions when it is
    /// evaluated.</summary>
    /// <param name="text">The prefix.</param>
    /// <param name="template">What was read.</param>
    /// <param name="problem">What is wrong with it, as a sentence without a subject; null when nothing is.</param>
    public static bool TryParseWithKeys(
        string text, [NotNullWhen(true)] out PrefixTemplate? template, [NotNullWhen(false)] out string? problem)
    {
        template = new PrefixTemplate(mayHaveKeys: true);
        problem = template.Read(text);
        problem ??= template.KeyPaths.Count > PartitionKeys.CountMax
            ? string.Create(CultureInfo.InvariantCulture, $"has more than {PartitionKeys.CountMax} values of the data.")
            : EvaluatedProblem(PartitionKeys.Fill(
                template.Evaluate(LongestTime),
                Array.ConvertAll([.. template.KeyPaths], static _ => new string('x', PartitionKeys.ValueBytesMax))));
        if (problem is not null)
        {
            template = null;
        }

        return problem is null;
    }

    /// <summary>Reads a prefix.</summary>
    /// <param name="text">The prefix.</param>
    /// <param name="template">What was read.</param>
    /// <param name="problem">What is wrong with it, as a sentence without a subject; null when nothing is.</param>
    public static bool TryParse(
        string text, [NotNullWhen(true)] out PrefixTemplate? template, [NotNullWhen(false)] out string? problem)
    {
        template = new PrefixTemplate(mayHaveKeys: false);
        problem = template.Read(text) ?? EvaluatedProblem(template.Evaluate(LongestTime));
        if (problem is not null)
        {
            template = null;
        }

        return problem is null;
    }

    /// <summary>The prefix of an object whose first record arrived at that time.</summary>
    public string Evaluate(DateTimeOffset time) => Evaluate(
        time,
        ErrorTypeWord,
        RandomNumberGenerator.GetString(
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", RandomLength));

    /// <summary>The prefix of an object with failed records.</summary>
    internal string Evaluate(DateTimeOffset time, string errorType, string random)
    {
        var text = new StringBuilder();
        foreach (var (kind, part) in _parts)
        {
            switch (kind)
            {
                case PartKind.Time:
                    AppendTime(text, part, time.ToUniversalTime());
                    break;
                case PartKind.Random:
                    text.Append(random);
                    break;
                case PartKind.ErrorType:
                    text.Append(errorType);
                    break;
                case PartKind.Key:
                    text.Append(PartitionKeys.Of(part));
                    break;
                default:
                    text.Append(part);
                    break;
            }
        }

        return text.ToString();
    }

    private string? Read(string text)
    {
        var at = 0;
        while (at < text.Length)
        {
            var opening = text.IndexOf(Opening, at, StringComparison.Ordinal);
            if (AddText(text[at..(opening < 0 ? text.Length : opening)]) is { } badText)
            {
                return badText;
            }

            if (opening < 0)
            {
                return null;
            }

            var end = text.IndexOf('}', opening);
            if (end < 0)
            {
                return "has an expression that begins with '!{' and has no '}'.";
            }

            if (AddExpression(text[(opening + Opening.Length)..end]) is { } badExpression)
            {
                return badExpression;
            }

            at = end + 1;
        }

        return null;
    }

    private string? AddText(string text)
    {
        if (text.Length == 0)
        {
            return null;
        }

        _parts.Add((PartKind.Text, text));
        return text.Any(char.IsControl) ? "has a control character." : null;
    }

    /// <summary>What the whole may not be: what expressions add to a folder's name counts, at whatever time.</summary>
    private static string? EvaluatedProblem(string text)
    {
        if (Encoding.UTF8.GetByteCount(text) > EvaluatedSizeBytesMax)
        {
            return $"is longer than {EvaluatedSizeBytesMax} bytes when it is evaluated.";
        }

        // What stands behind the last slash is the beginning of a name that goes on.
        var folders = text.Split('/');
        for (var i = 0; i < folders.Length - 1; i++)
        {
            if (folders[i] is "." or "..")
            {
                return $"has a folder '{folders[i]}' when it is evaluated, which an object's name cannot have.";
            }
        }

        return null;
    }

    private string? AddExpression(string expression)
    {
        var colon = expression.IndexOf(':');
        var space = colon < 0 ? expression : expression[..colon];
        var value = colon < 0 ? "" : expression[(colon + 1)..];
        switch (space)
        {
            case TimestampSpace:
                _parts.Add((PartKind.Time, value));
                return PatternProblem(value);
            case FirehoseSpace when value == RandomWord:
                _parts.Add((PartKind.Random, ""));
                return null;
            case FirehoseSpace when value == ErrorTypeWord:
                _parts.Add((PartKind.ErrorType, ""));
                return null;
            case PartitionKeys.Space when _mayHaveKeys:
                _parts.Add((PartKind.Key, value));
                return ColumnPath.TryParse(value, out _) ? null
                    : $"has '!{{{expression}}}', whose path is none: write it as a.b[0], or as $.a['b.c'].";
            case PartitionKeys.Space:
                return $"has '!{{{expression}}}', which needs dynamic partitioning, and no error prefix has.";
            case "partitionKeyFromLambda":
                return $"has '!{{{expression}}}', which needs a function: the gateway has "
                    + $"'!{{{PartitionKeys.Space}:…}}' only.";
            default:
                return $"has '!{{{expression}}}', which is unknown: allowed are !{{timestamp:pattern}}, "
                    + $"!{{{FirehoseSpace}:{RandomWord}}} and !{{{FirehoseSpace}:{ErrorTypeWord}}}.";
        }
    }

    private static string? PatternProblem(string pattern)
    {
        if (pattern.Length == 0)
        {
            return "has '!{timestamp:}' without a pattern.";
        }

        var isQuoted = false;
        for (var i = 0; i < pattern.Length; i++)
        {
            var letter = pattern[i];
            if (letter == '\'')
            {
                isQuoted = !isQuoted;
            }
            else if (!isQuoted && char.IsAsciiLetter(letter))
            {
                var count = RunOf(pattern, i);
                if (!IsAllowed(letter, count))
                {
                    return $"has '{pattern.Substring(i, count)}' in a time's pattern, which the gateway does not "
                        + "write: allowed are yyyy, yy, uuuu, MM, dd, DDD, HH, mm, ss, SSS, and single letters of "
                        + "them.";
                }

                i += count - 1;
            }
            else if (char.IsControl(letter))
            {
                return "has a control character.";
            }
        }

        return isQuoted ? "has a time's pattern with an apostrophe that is not closed." : null;
    }

    private static bool IsAllowed(char letter, int count) => letter switch
    {
        'y' or 'u' => count is 1 or 2 or 4,
        'D' => count <= 3,
        'M' or 'd' or 'H' or 'm' or 's' => count <= 2,
        'S' => count <= FractionDigitsMax,
        _ => false,
    };

    private static int RunOf(string pattern, int start)
    {
        var end = start;
        while (end < pattern.Length && pattern[end] == pattern[start])
        {
            end++;
        }

        return end - start;
    }

    private static void AppendTime(StringBuilder text, string pattern, DateTimeOffset time)
    {
        var isQuoted = false;
        for (var i = 0; i < pattern.Length; i++)
        {
            var letter = pattern[i];
            if (letter == '\'')
            {
                // Two of them are one that stands for itself.
                if (i + 1 < pattern.Length && pattern[i + 1] == '\'')
                {
                    text.Append('\'');
                    i++;
                }
                else
                {
                    isQuoted = !isQuoted;
                }
            }
            else if (isQuoted || !char.IsAsciiLetter(letter))
            {
                text.Append(letter);
            }
            else
            {
                var count = RunOf(pattern, i);
                AppendField(text, letter, count, time);
                i += count - 1;
            }
        }
    }

    private static void AppendField(StringBuilder text, char letter, int count, DateTimeOffset time)
    {
        if (letter == 'S')
        {
            var fraction = time.Ticks % TimeSpan.TicksPerSecond;
            text.Append(fraction.ToString("D7", CultureInfo.InvariantCulture).AsSpan(0, count));
            return;
        }

        var value = letter switch
        {
            'y' or 'u' => count == 2 ? time.Year % 100 : time.Year,
            'M' => time.Month,
            'd' => time.Day,
            'D' => time.DayOfYear,
            'H' => time.Hour,
            'm' => time.Minute,
            _ => time.Second,
        };
        var digits = value.ToString(CultureInfo.InvariantCulture);
        text.Append('0', Math.Max(0, count - digits.Length)).Append(digits);
    }
}
