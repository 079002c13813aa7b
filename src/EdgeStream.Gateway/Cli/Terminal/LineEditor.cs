using System.Text;

namespace EdgeStream.Gateway.Cli.Terminal;

/// <summary>Lets a person write and change a line at a terminal.</summary>
/// <remarks>
/// A line that is wider than the terminal is shown in part, around the cursor. Every character counts for one column,
/// wide ones as well. What is pasted is taken as it is, each of its lines by itself.
/// </remarks>
/// <param name="terminal">The terminal; raw while a line is read, and as it was before in between.</param>
/// <param name="history">The lines before.</param>
/// <param name="complete">Completes the word before the cursor of a line.</param>
internal sealed class LineEditor(
    ITerminal terminal, LineHistory history, Func<string, int, LineCompletion> complete)
{
    private const int ListedMax = 60;
    private const char ControlMark = '?';
    private const string PasteOn = "\u001b[?2004h";
    private const string PasteOff = "\u001b[?2004l";

    private readonly KeyReader _keys = new(terminal);
    private bool _isPasting;
    private bool _isListed;

    /// <summary>Whether the last line was given up with Ctrl-C.</summary>
    public bool WasInterrupted { get; private set; }

    /// <summary>Reads a line.</summary>
    /// <returns>The line; null at the end of the input, and where it was given up.</returns>
    public string? Read(string prompt)
    {
        WasInterrupted = false;
        using var raw = terminal.BeginRaw();
        terminal.Write(PasteOn);
        try
        {
            return Edit(prompt);
        }
        finally
        {
            terminal.Write(PasteOff);
        }
    }

    private string? Edit(string prompt)
    {
        var line = new LineBuffer();
        Show(prompt, line);
        while (true)
        {
            var key = _keys.Read();
            switch (key.Kind)
            {
                case KeyKind.Enter:
                    End(prompt, line, "");
                    history.Add(line.Text);
                    return line.Text;
                case KeyKind.EndOrDelete when line.IsEmpty:
                case KeyKind.EndOfInput:
                    terminal.Write("\r\n");
                    return null;
                case KeyKind.Interrupt:
                    End(prompt, line, "^C");
                    WasInterrupted = true;
                    return null;
                case KeyKind.Tab when _isPasting:
                    line.Insert(" ");
                    break;
                case KeyKind.Tab:
                    Complete(line);
                    Show(prompt, line);
                    continue;
                default:
                    Apply(key, line);
                    break;
            }

            _isListed = false;
            Show(prompt, line);
        }
    }

    private void Apply(Key key, LineBuffer line)
    {
        switch (key.Kind)
        {
            case KeyKind.PasteBegin or KeyKind.PasteEnd:
                _isPasting = key.Kind == KeyKind.PasteBegin;
                break;
            case KeyKind.Up or KeyKind.Down:
                if (history.Move(key.Kind == KeyKind.Up ? -1 : 1, line.Text) is { } other)
                {
                    line.Set(other);
                }

                break;
            case KeyKind.ClearScreen:
                terminal.Write("\u001b[H\u001b[2J");
                break;
            default:
                line.Apply(key);
                break;
        }
    }

    /// <summary>Writes as much of the word as is certain; asked once more, lists what it can be.</summary>
    private void Complete(LineBuffer line)
    {
        var found = complete(line.Text, line.Cursor);
        var word = line.Text[found.Start..line.Cursor];
        if (found.Candidates.Count == 0)
        {
            terminal.Write("\a");
            return;
        }

        var common = CommonStart(found.Candidates);
        if (found.Candidates.Count == 1)
        {
            line.Replace(found.Start, common + " ");
            return;
        }

        if (common.Length > word.Length)
        {
            line.Replace(found.Start, common);
            return;
        }

        if (!_isListed)
        {
            terminal.Write("\a");
            _isListed = true;
            return;
        }

        List(found.Candidates);
    }

    private void List(IReadOnlyList<string> candidates)
    {
        var shown = candidates.Take(ListedMax).ToList();
        var width = shown.Max(static word => word.Length) + 2;
        var columns = Math.Max(1, terminal.Width / width);
        var text = new StringBuilder("\r\n");
        for (var index = 0; index < shown.Count; index++)
        {
            var isLast = index % columns == columns - 1 || index == shown.Count - 1;
            text.Append(isLast ? shown[index] + "\r\n" : shown[index].PadRight(width));
        }

        if (candidates.Count > ListedMax)
        {
            text.Append($"and {candidates.Count - ListedMax} more\r\n");
        }

        terminal.Write(text.ToString());
    }

    private static string CommonStart(IReadOnlyList<string> words)
    {
        var common = words[0];
        foreach (var word in words)
        {
            var length = 0;
            while (length < common.Length && length < word.Length
                && char.ToUpperInvariant(common[length]) == char.ToUpperInvariant(word[length]))
            {
                length++;
            }

            common = common[..length];
        }

        return common;
    }

    private void End(string prompt, LineBuffer line, string mark)
    {
        line.Apply(new Key(KeyKind.End));
        Show(prompt, line);
        terminal.Write(mark + "\r\n");
    }

    /// <summary>Shows the part of the line that the cursor is in.</summary>
    private void Show(string prompt, LineBuffer line)
    {
        var room = Math.Max(8, terminal.Width - prompt.Length - 1);
        var text = line.Text;
        var first = Math.Max(0, line.Cursor - room);
        if (first > 0 && first < text.Length && char.IsLowSurrogate(text[first]))
        {
            first++;
        }

        var shown = text[first..Math.Min(text.Length, first + room)];
        var place = prompt.Length + WidthOf(text.AsSpan(first, line.Cursor - first));
        terminal.Write($"\r{prompt}{VisibleText.Of(shown, ControlMark)}\u001b[K\r\u001b[{place}C");
    }

    private static int WidthOf(ReadOnlySpan<char> text)
    {
        var width = 0;
        foreach (var _ in text.EnumerateRunes())
        {
            width++;
        }

        return width;
    }
}
