namespace EdgeStream.Devices;

/// <summary>The values of one line of CSV, taken one after the other.</summary>
internal ref struct CsvRow(ReadOnlySpan<byte> line, byte separator)
{
    private ReadOnlySpan<byte> _rest = line;
    private bool _isAtEnd = line.IsEmpty;

    /// <summary>Takes a line off a text; a line break between quotes belongs to its value.</summary>
    internal static ReadOnlySpan<byte> TakeLine(scoped ref ReadOnlySpan<byte> text)
    {
        var inQuotes = false;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '"')
            {
                inQuotes = !inQuotes;
            }
            else if (text[i] == '\n' && !inQuotes)
            {
                var line = text[..i].TrimEnd((byte)'\r');
                text = text[(i + 1)..];
                return line;
            }
        }

        var last = text.TrimEnd((byte)'\r');
        text = default;
        return last;
    }

    /// <summary>Takes the next value, without quotes and the white space around it; false at the end, or with what is
    /// wrong.</summary>
    /// <param name="kept">Holds a value that has quotes within quotes.</param>
    /// <param name="value">The value.</param>
    /// <param name="problem">Empty unless the value is broken.</param>
    internal bool TryTake(GrowingBytes kept, out ReadOnlySpan<byte> value, out string problem)
    {
        problem = "";
        value = default;
        if (_isAtEnd)
        {
            return false;
        }

        _rest = _rest.TrimStart((byte)' ');
        if (_rest is [(byte)'"', ..])
        {
            return TryTakeQuoted(kept, out value, out problem);
        }

        var end = _rest.IndexOf(separator);
        value = (end < 0 ? _rest : _rest[..end]).Trim((byte)' ');
        _isAtEnd = end < 0;
        _rest = end < 0 ? default : _rest[(end + 1)..];
        return true;
    }

    private bool TryTakeQuoted(GrowingBytes kept, out ReadOnlySpan<byte> value, out string problem)
    {
        problem = "";
        var end = 1;
        var hasQuotes = false;
        while (end < _rest.Length && (_rest[end] != '"' || (end + 1 < _rest.Length && _rest[end + 1] == '"')))
        {
            var isPair = _rest[end] == '"';
            hasQuotes |= isPair;
            end += isPair ? 2 : 1;
        }

        value = end <= _rest.Length ? _rest[1..end] : default;
        var behind = end < _rest.Length ? _rest[(end + 1)..].TrimStart((byte)' ') : default;
        if (end >= _rest.Length || (!behind.IsEmpty && behind[0] != separator))
        {
            problem = end >= _rest.Length ? "a quote is not closed" : "text follows a value in quotes";
            return false;
        }

        _isAtEnd = behind.IsEmpty;
        _rest = behind.IsEmpty ? default : behind[1..];
        if (hasQuotes)
        {
            var start = kept.Count;
            while (value.IndexOf("\"\""u8) is var pair and >= 0)
            {
                kept.Add(value[..(pair + 1)]);
                value = value[(pair + 2)..];
            }

            kept.Add(value);
            value = kept.All[start..];
        }

        return true;
    }
}
