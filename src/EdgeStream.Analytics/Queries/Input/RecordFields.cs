using System.Text;
using System.Text.RegularExpressions;

namespace EdgeStream.Analytics;

/// <summary>The fields of a record that is a line: divided by a delimiter, or the groups of a regular
/// expression.</summary>
internal sealed class RecordFields
{
    private static readonly TimeSpan MatchTime = TimeSpan.FromMilliseconds(100);

    private readonly byte _delimiter;
    private readonly Regex? _pattern;
    private readonly List<(int Start, int Length)> _fields = [];
    private readonly ByteBuffer _text = new();

    /// <exception cref="ArgumentException">The regular expression is none, or goes back.</exception>
    public RecordFields(QueryInput input)
    {
        _delimiter = (byte)input.FieldDelimiter;
        if (input.Format == InputFormat.Regex)
        {
            _pattern = new Regex(
                input.Pattern ?? throw new ArgumentException(
                    $"Input {input.Stream} is taken apart by a regular expression, and has none."),
                RegexOptions.NonBacktracking | RegexOptions.CultureInvariant,
                MatchTime);
        }
    }

    public int Count => _fields.Count;

    /// <summary>Takes a record apart; false if it is no such line.</summary>
    public bool TryRead(ReadOnlySpan<byte> line)
    {
        _fields.Clear();
        _text.Clear();
        return _pattern is null ? TryReadCsv(line.TrimEnd("\r\n"u8)) : TryMatch(line);
    }

    public ReadOnlySpan<byte> this[int index] => _text.Written.Slice(_fields[index].Start, _fields[index].Length);

    private bool TryMatch(ReadOnlySpan<byte> line)
    {
        var match = _pattern!.Match(Encoding.UTF8.GetString(line.TrimEnd("\r\n"u8)));
        for (var index = 1; match.Success && index < match.Groups.Count; index++)
        {
            Add(Encoding.UTF8.GetBytes(match.Groups[index].Value));
        }

        return match.Success;
    }

    /// <summary>RFC 4180: a field in double quotes may hold the delimiter, a line's end, and two quotes for
    /// one.</summary>
    private bool TryReadCsv(ReadOnlySpan<byte> line)
    {
        while (true)
        {
            if (!line.IsEmpty && line[0] == '"')
            {
                if (!TryReadQuoted(ref line))
                {
                    return false;
                }
            }
            else
            {
                var end = line.IndexOf(_delimiter);
                var field = end < 0 ? line : line[..end];
                if (field.Contains((byte)'\n'))
                {
                    // Several lines are no row, and not one with odd fields.
                    return false;
                }

                Add(field);
                line = end < 0 ? default : line[end..];
            }

            if (line.IsEmpty)
            {
                return true;
            }

            if (line[0] != _delimiter)
            {
                return false;
            }

            line = line[1..];
            if (line.IsEmpty)
            {
                Add(default);
                return true;
            }
        }
    }

    private bool TryReadQuoted(ref ReadOnlySpan<byte> line)
    {
        var start = _text.Length;
        line = line[1..];
        while (true)
        {
            var quote = line.IndexOf((byte)'"');
            if (quote < 0)
            {
                return false;
            }

            _text.Append(line[..quote]);
            line = line[(quote + 1)..];
            if (line.IsEmpty || line[0] != '"')
            {
                _fields.Add((start, _text.Length - start));
                return true;
            }

            _text.AppendByte((byte)'"');
            line = line[1..];
        }
    }

    private void Add(ReadOnlySpan<byte> field)
    {
        _fields.Add((_text.Length, field.Length));
        _text.Append(field);
    }
}
