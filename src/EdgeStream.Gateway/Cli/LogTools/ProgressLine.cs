using EdgeStream.Gateway.Config;

namespace EdgeStream.Gateway.Cli.LogTools;

/// <summary>
/// How far a long command is, on standard error: one line that is written over for a person, a plain line now and then
/// where nobody watches.
/// </summary>
/// <remarks>Disposing removes the line, so that what is written there next has a line of its own.</remarks>
internal sealed class ProgressLine(
    CommandOutput output, bool isShown, long totalBytes, TimeProvider? time = null) : IDisposable
{
    private const int BarWidth = 30;
    private const int NameWidth = 40;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <summary>Seldom, so that a command that takes seconds says nothing, and one of hours fills no file.</summary>
    private static readonly TimeSpan PlainInterval = TimeSpan.FromSeconds(10);

    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly long _started = (time ?? TimeProvider.System).GetTimestamp();
    private TimeSpan _shownAt = output.IsErrorTerminal ? -Interval : TimeSpan.Zero;
    private int _shownWidth;
    private long _totalBytes = totalBytes;

    /// <summary>Bytes that are done.</summary>
    public long DoneBytes { get; private set; }

    /// <summary>Time since it was made.</summary>
    public TimeSpan Elapsed => _time.GetElapsedTime(_started);

    /// <summary>
    /// Counts more bytes, and shows how far it is: at most ten times a second and at the end, or every ten seconds.
    /// </summary>
    public void Add(long bytes, string name)
    {
        var wasOver = DoneBytes >= _totalBytes;
        DoneBytes += bytes;
        var isOver = output.IsErrorTerminal && !wasOver && DoneBytes >= _totalBytes;
        var isDue = Elapsed - _shownAt >= (output.IsErrorTerminal ? Interval : PlainInterval);
        if (isShown && (isDue || isOver))
        {
            _shownAt = Elapsed;
            Show(name);
        }
    }

    /// <summary>There is more to do than was known, or less.</summary>
    public void Correct(long bytes) => _totalBytes += bytes;

    /// <summary>Removes the line, so that something else can be written there.</summary>
    public void Clear()
    {
        if (_shownWidth > 0)
        {
            output.Error.Write($"\r{new string(' ', _shownWidth)}\r");
            _shownWidth = 0;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Clear();

    private void Show(string name)
    {
        var part = _totalBytes <= 0 ? 1 : Math.Min(1, (double)DoneBytes / _totalBytes);
        var rate = (long)(DoneBytes / Math.Max(0.001, Elapsed.TotalSeconds));
        var state = $"{part * 100:0}% {SizeText.Round(rate)}/s";
        if (!output.IsErrorTerminal)
        {
            output.Error.WriteLine($"edgestream: {state} {name}");
            return;
        }

        var full = (int)(part * BarWidth);
        var shown = name.Length <= NameWidth ? name : name[^NameWidth..];
        var line = $"[{new string('#', full)}{new string('.', BarWidth - full)}] {state} {shown}";
        output.Error.Write($"\r{line.PadRight(_shownWidth)}");
        _shownWidth = line.Length;
    }
}
