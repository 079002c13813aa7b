using System.Text;

namespace EdgeStream.Gateway.Cli.Terminal;

/// <summary>The text of a line and the cursor in it.</summary>
/// <remarks>The cursor stands between whole characters, those of two code units included. At most
/// <see cref="LengthMax"/> code units; what is more is not taken.</remarks>
internal sealed class LineBuffer
{
    /// <summary>How long a line may be.</summary>
    public const int LengthMax = 64 * 1024;

    private readonly StringBuilder _text = new();

    /// <summary>Where the next character goes, in code units.</summary>
    public int Cursor { get; private set; }

    /// <summary>The text.</summary>
    public string Text => _text.ToString();

    /// <summary>Whether there is nothing.</summary>
    public bool IsEmpty => _text.Length == 0;

    /// <summary>Takes another text, with the cursor behind it.</summary>
    public void Set(string text)
    {
        _text.Clear().Append(text.AsSpan(0, Math.Min(text.Length, LengthMax)));
        Cursor = _text.Length;
    }

    /// <summary>Inserts at the cursor.</summary>
    public void Insert(string text)
    {
        if (_text.Length + text.Length <= LengthMax)
        {
            _text.Insert(Cursor, text);
            Cursor += text.Length;
        }
    }

    /// <summary>Puts a text in the place of what stands between a position and the cursor.</summary>
    public void Replace(int start, string text)
    {
        _text.Remove(start, Cursor - start);
        Cursor = start;
        Insert(text);
    }

    /// <summary>Does what a key asks for; false where the key is none that edits.</summary>
    public bool Apply(Key key)
    {
        switch (key.Kind)
        {
            case KeyKind.Character:
                Insert(key.Character.ToString());
                return true;
            case KeyKind.Backspace:
                return RemoveBetween(Before(Cursor), Cursor);
            case KeyKind.Delete or KeyKind.EndOrDelete:
                return RemoveBetween(Cursor, Behind(Cursor));
            case KeyKind.KillToEnd:
                return RemoveBetween(Cursor, _text.Length);
            case KeyKind.KillToStart:
                return RemoveBetween(0, Cursor);
            case KeyKind.KillWord:
                return RemoveBetween(WordBefore(), Cursor);
            case KeyKind.Left:
                return MoveTo(Before(Cursor));
            case KeyKind.Right:
                return MoveTo(Behind(Cursor));
            case KeyKind.WordLeft:
                return MoveTo(WordBefore());
            case KeyKind.WordRight:
                return MoveTo(WordBehind());
            case KeyKind.Home:
                return MoveTo(0);
            case KeyKind.End:
                return MoveTo(_text.Length);
            default:
                return false;
        }
    }

    private bool RemoveBetween(int start, int end)
    {
        _text.Remove(start, end - start);
        return MoveTo(start);
    }

    private bool MoveTo(int position)
    {
        Cursor = position;
        return true;
    }

    private int Before(int position) =>
        position >= 2 && char.IsSurrogatePair(_text[position - 2], _text[position - 1]) ? position - 2
        : Math.Max(0, position - 1);

    private int Behind(int position) =>
        position + 1 < _text.Length && char.IsSurrogatePair(_text[position], _text[position + 1]) ? position + 2
        : Math.Min(_text.Length, position + 1);

    private int WordBefore()
    {
        var position = Cursor;
        while (position > 0 && !IsWord(_text[position - 1]))
        {
            position--;
        }

        while (position > 0 && IsWord(_text[position - 1]))
        {
            position--;
        }

        return position;
    }

    private int WordBehind()
    {
        var position = Cursor;
        while (position < _text.Length && !IsWord(_text[position]))
        {
            position++;
        }

        while (position < _text.Length && IsWord(_text[position]))
        {
            position++;
        }

        return position;
    }

    private static bool IsWord(char character) => char.IsLetterOrDigit(character) || character == '_';
}
