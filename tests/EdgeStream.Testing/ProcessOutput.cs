using System.Text;

namespace EdgeStream.Testing;

/// <summary>What a process has written so far, both streams together, line by line.</summary>
/// <remarks>Thread-safe. Holds the newest 4 MiB of text.</remarks>
public sealed class ProcessOutput
{
    private const int CharactersMax = 4 << 20;

    private readonly Lock _gate = new();
    private readonly StringBuilder _text = new();

    /// <summary>Everything as one text.</summary>
    public override string ToString()
    {
        lock (_gate)
        {
            return _text.ToString();
        }
    }

    /// <summary>Whether a piece of text has been written.</summary>
    public bool Contains(string text) => ToString().Contains(text, StringComparison.Ordinal);

    internal void Add(string? line)
    {
        if (line is not null)
        {
            AddText(line + "\n");
        }
    }

    internal void AddText(string text)
    {
        lock (_gate)
        {
            _text.Append(text);
            if (_text.Length > CharactersMax)
            {
                _text.Remove(0, _text.Length - CharactersMax);
            }
        }
    }
}
