namespace EdgeStream.Gateway.Cli;

/// <summary>Where a CSV has the columns <c>timestamp</c> and <c>value</c>; others are ignored.</summary>
internal sealed class SeriesColumns
{
    private readonly int _timestamp;
    private readonly int _value;

    private SeriesColumns(int timestamp, int value)
    {
        _timestamp = timestamp;
        _value = value;
    }

    /// <summary>The columns that a header names, or null.</summary>
    public static SeriesColumns? OfHeader(string line)
    {
        var (timestamp, value, index) = (-1, -1, 0);
        for (var start = 0; TryNext(line, ref start, out var cell); index++)
        {
            switch (Unquoted(cell).ToLowerInvariant())
            {
                case "timestamp":
                    timestamp = index;
                    break;
                case "value":
                    value = index;
                    break;
            }
        }

        return timestamp >= 0 && value >= 0 ? new SeriesColumns(timestamp, value) : null;
    }

    /// <summary>The two cells of a row, with their quotes.</summary>
    public bool TrySplit(string line, out string timestamp, out string value)
    {
        (timestamp, value) = ("", "");
        var index = 0;
        for (var start = 0; TryNext(line, ref start, out var cell); index++)
        {
            if (index == _timestamp)
            {
                timestamp = cell;
            }
            else if (index == _value)
            {
                value = cell;
            }
        }

        return index > Math.Max(_timestamp, _value);
    }

    /// <summary>A cell's text without blanks and quotes around it.</summary>
    public static string Unquoted(string cell)
    {
        var text = cell.Trim();
        return text.Length >= 2 && text[0] == '"' && text[^1] == '"' ? text[1..^1].Trim() : text;
    }

    private static bool TryNext(string line, ref int start, out string cell)
    {
        cell = "";
        if (start > line.Length)
        {
            return false;
        }

        var isQuoted = false;
        var end = start;
        while (end < line.Length && (isQuoted || line[end] != ','))
        {
            isQuoted ^= line[end] == '"';
            end++;
        }

        cell = line[start..end];
        start = end + 1;
        return true;
    }
}
