using System.Globalization;
using System.Text;

namespace EdgeStream.Delivery;

/// <summary>The way to a value in JSON data: <c>a.b[0]</c>, with <c>$</c> before it or not, names with signs as
/// <c>['b.c']</c>.</summary>
internal static class ColumnPath
{
    /// <summary>The deepest nesting that is followed.</summary>
    public const int DepthMax = 32;

    /// <summary>Reads a path; false for what is none.</summary>
    /// <param name="text">The path; <c>$</c> is the whole data.</param>
    /// <param name="steps">Names of members, and places in arrays from 0 where the name is null.</param>
    public static bool TryParse(string text, out List<(string? Name, int Index)> steps)
    {
        steps = [];
        var at = text.StartsWith('$') ? 1 : 0;
        var isName = at == 0;
        while (at < text.Length || isName)
        {
            if (!isName && text[at] == '.')
            {
                at++;
                isName = true;
                continue;
            }

            var isBracket = at < text.Length && text[at] == '[';
            if (!(isBracket ? TryBracket(text, ref at, steps) : isName && TryName(text, ref at, steps))
                || steps.Count > DepthMax)
            {
                return false;
            }

            isName = false;
        }

        return true;
    }

    /// <summary>A path's text, which <see cref="TryParse"/> reads.</summary>
    public static string TextOf(IReadOnlyList<string> names)
    {
        var text = new StringBuilder("$");
        foreach (var name in names)
        {
            if (name.Length > 0 && name.AsSpan().IndexOfAny(".[]'\\$") < 0)
            {
                text.Append('.').Append(name);
            }
            else
            {
                text.Append("['").Append(name.Replace("\\", "\\\\", StringComparison.Ordinal)
                    .Replace("'", "\\'", StringComparison.Ordinal)).Append("']");
            }
        }

        return text.ToString();
    }

    private static bool TryName(string text, ref int at, List<(string? Name, int Index)> steps)
    {
        var end = text.AsSpan(at).IndexOfAny('.', '[');
        end = end < 0 ? text.Length : at + end;
        var name = text[at..end];
        at = end;
        steps.Add((name, 0));
        return name.Length > 0 && name.AsSpan().IndexOfAny("]'\\") < 0;
    }

    private static bool TryBracket(string text, ref int at, List<(string? Name, int Index)> steps)
    {
        at++;
        if (at < text.Length && text[at] == '\'')
        {
            var name = new StringBuilder();
            for (at++; at < text.Length && text[at] != '\''; at++)
            {
                at += text[at] == '\\' ? 1 : 0;
                name.Append(at < text.Length ? text[at] : ' ');
            }

            at++;
            steps.Add((name.ToString(), 0));
            return at < text.Length && text[at++] == ']';
        }

        var end = text.IndexOf(']', Math.Min(at, text.Length));
        if (end < 0
            || !int.TryParse(text.AsSpan(at, end - at), NumberStyles.None, CultureInfo.InvariantCulture, out var index))
        {
            return false;
        }

        at = end + 1;
        steps.Add((null, index));
        return true;
    }
}
