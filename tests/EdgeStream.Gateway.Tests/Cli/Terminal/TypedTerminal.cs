using System.Text;
using EdgeStream.Gateway.Cli.Terminal;

namespace EdgeStream.Gateway.Tests.Cli.Terminal;

/// <summary>A terminal at which everything has been typed already.</summary>
internal sealed class TypedTerminal(string typed, int width = 80) : ITerminal
{
    private readonly byte[] _bytes = Encoding.UTF8.GetBytes(typed);
    private int _next;

    public int Width => width;

    /// <summary>Everything that was shown.</summary>
    public StringBuilder Shown { get; } = new();

    public bool IsRaw { get; private set; }

    public IDisposable BeginRaw()
    {
        IsRaw = true;
        return new Raw(this);
    }

    public int ReadByte(int waitMs) => _next < _bytes.Length ? _bytes[_next++] : waitMs < 0 ? -1 : -2;

    public void Write(string text) => Shown.Append(text);

    private sealed class Raw(TypedTerminal terminal) : IDisposable
    {
        public void Dispose() => terminal.IsRaw = false;
    }
}
