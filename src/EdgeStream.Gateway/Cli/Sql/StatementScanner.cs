using System.Text;

namespace EdgeStream.Gateway.Cli.Sql;

/// <summary>Finds where statements end in lines that come one by one: at a semicolon that is in no quotes and no
/// comment.</summary>
internal sealed class StatementScanner
{
    private readonly StringBuilder _text = new();

    /// <summary>Whether no statement has begun.</summary>
    public bool IsEmpty => Pending.Trim().Length == 0;

    /// <summary>What has come of the next statement.</summary>
    public string Pending => _text.ToString();

    /// <summary>Takes a line.</summary>
    public void Append(string line) => _text.Append(line).Append('\n');

    /// <summary>Forgets what has come.</summary>
    public void Clear() => _text.Clear();

    /// <summary>Takes the first statement out, with its semicolon; false where none is complete.</summary>
    public bool TryTake(out string statement)
    {
        var text = Pending;
        var end = EndOf(text);
        statement = end < 0 ? "" : text[..(end + 1)].Trim();
        _text.Remove(0, end + 1);
        return end >= 0;
    }

    private static int EndOf(string text)
    {
        var index = 0;
        while (index < text.Length)
        {
            switch (text[index])
            {
                case ';':
                    return index;
                case '\'' or '"':
                    index = Behind(text, text[index].ToString(), index + 1);
                    break;
                case '-' when text.AsSpan(index).StartsWith("--"):
                    index = Behind(text, "\n", index);
                    break;
                case '/' when text.AsSpan(index).StartsWith("/*"):
                    index = Behind(text, "*/", index + 2);
                    break;
                default:
                    index++;
                    break;
            }
        }

        return -1;
    }

    /// <summary>Behind the next end of quotes or of a comment. A doubled quote ends a text and begins the
    /// next.</summary>
    private static int Behind(string text, string end, int start)
    {
        var found = text.IndexOf(end, Math.Min(start, text.Length), StringComparison.Ordinal);
        return found < 0 ? text.Length : found + end.Length;
    }
}
