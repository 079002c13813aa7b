using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using EdgeStream.Delivery;

namespace EdgeStream.Kinesis;

/// <summary>Where in a record's data the values stand by which objects are named: an object of jq whose members are
/// paths, <c>{customer: .customer.id, "first tag": .tags[0]}</c>.</summary>
/// <remarks>
/// jq 1.6 manual, "Object Identifier-Index", "Array Index" and "Object Construction". A path is <c>.name</c>,
/// <c>."any name"</c>, <c>["any name"]</c> and <c>[3]</c>, one behind another; <c>{name}</c> is <c>{name: .name}</c>.
/// All else of jq is refused. Immutable.
/// </remarks>
internal sealed class MetadataQuery
{
    private const string Rest =
        "the gateway follows paths such as {customer: .customer.id, tag: .tags[0]}, and computes nothing.";

    private readonly string _text;
    private readonly Dictionary<string, string> _paths = new(StringComparer.Ordinal);
    private int _at;

    private MetadataQuery(string text) => _text = text;

    /// <summary>By each name the path, as prefixes of deliveries have it.</summary>
    internal IReadOnlyDictionary<string, string> Paths => _paths;

    /// <summary>Reads a query.</summary>
    /// <param name="text">The query.</param>
    /// <param name="query">What was read.</param>
    /// <param name="problem">What is wrong with it, as a sentence without a subject; null when nothing is.</param>
    internal static bool TryParse(
        string text, [NotNullWhen(true)] out MetadataQuery? query, [NotNullWhen(false)] out string? problem)
    {
        query = new MetadataQuery(text);
        problem = query.Read() ? null : string.Create(
            CultureInfo.InvariantCulture, $"cannot be read at its character {query._at + 1}: {Rest}");
        query = problem is null ? query : null;
        return problem is null;
    }

    /// <summary>A prefix with paths in the place of names; a name that the query has not stays.</summary>
    internal string Resolve(string prefix) =>
        PrefixTemplate.MapKeys(prefix, name => _paths.GetValueOrDefault(name, name));

    private bool Read()
    {
        if (!Take('{'))
        {
            return false;
        }

        do
        {
            if (!TryMember())
            {
                return false;
            }
        }
        while (Take(','));
        if (!Take('}'))
        {
            return false;
        }

        SkipSpace();
        return _at == _text.Length;
    }

    private bool TryMember()
    {
        SkipSpace();
        if (!TryName(out var name) && !TryText(out name))
        {
            return false;
        }

        var path = new StringBuilder("$");
        if (!Take(':'))
        {
            AddName(path, name);
        }
        else if (!TryPath(path))
        {
            return false;
        }

        return _paths.TryAdd(name, path.ToString());
    }

    private bool TryPath(StringBuilder path)
    {
        SkipSpace();
        if (!Is('.'))
        {
            return false;
        }

        // The dot alone is the whole of the data: it names no object.
        var isFirst = true;
        for (; Is('.') || (!isFirst && Is('[')); isFirst = false)
        {
            var hasDot = Take('.');
            var isBracket = Is('[') && (isFirst || !hasDot);
            if (!(isBracket ? TryBracket(path) : TryNameOrText(path)))
            {
                return false;
            }
        }

        return true;
    }

    private bool TryNameOrText(StringBuilder path)
    {
        if (!TryName(out var name) && !TryText(out name))
        {
            return false;
        }

        AddName(path, name);
        return true;
    }

    private bool TryBracket(StringBuilder path)
    {
        _at++;
        SkipSpace();
        if (TryText(out var name))
        {
            AddName(path, name);
            return Take(']');
        }

        var start = _at;
        while (_at < _text.Length && char.IsAsciiDigit(_text[_at]))
        {
            _at++;
        }

        if (!int.TryParse(
            _text.AsSpan(start, _at - start), NumberStyles.None, CultureInfo.InvariantCulture, out var index))
        {
            return false;
        }

        path.Append('[').Append(index.ToString(CultureInfo.InvariantCulture)).Append(']');
        return Take(']');
    }

    private bool TryName(out string name)
    {
        var start = _at;
        while (_at < _text.Length && (char.IsAsciiLetter(_text[_at]) || _text[_at] == '_'
            || (_at > start && char.IsAsciiDigit(_text[_at]))))
        {
            _at++;
        }

        name = _text[start.._at];
        return name.Length > 0;
    }

    /// <summary>A text in quotes; one that a prefix could not repeat is none.</summary>
    private bool TryText(out string text)
    {
        text = "";
        var end = Is('"') ? _text.IndexOf('"', _at + 1) : -1;
        if (end < 0 || _text.AsSpan(_at + 1, end - _at - 1).IndexOfAny('\\', '}') >= 0)
        {
            return false;
        }

        text = _text[(_at + 1)..end];
        _at = end + 1;
        return text.Length > 0;
    }

    private static void AddName(StringBuilder path, string name) =>
        path.Append("['").Append(name.Replace("'", @"\'", StringComparison.Ordinal)).Append("']");

    private bool Is(char sign) => _at < _text.Length && _text[_at] == sign;

    private bool Take(char sign)
    {
        SkipSpace();
        if (!Is(sign))
        {
            return false;
        }

        _at++;
        return true;
    }

    private void SkipSpace()
    {
        while (_at < _text.Length && _text[_at] is ' ' or '\t' or '\r' or '\n')
        {
            _at++;
        }
    }
}
