using EdgeStream.Gateway.Config;

namespace EdgeStream.Gateway.Cli.LogTools;

/// <summary>How far a long command is: one line that is written over for a person, nothing for a program.</summary>
internal sealed class ProgressLine(CommandOutput output, bool isShown, long totalBytes)
{
    private const int BarWidth = 30;
    private const int NameWidth = 40;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly bool _isShown = isShown && output.IsTerminal;
    private readonly long _started = TimeProvider.System.GetTimestamp();
    private TimeSpan _shownAt = -Interval;
    private int _shownWidth;

    /// <summary>Bytes that are done.</summary>
    public long DoneBytes { get; private set; }

    /// <summary>Time since it was made.</summary>
    public TimeSpan Elapsed => TimeProvider.System.GetElapsedTime(_started);

    /// <summary>Counts more bytes, and shows the line at most ten times a second.</summary>
    public void Add(long bytes, string name)
    {
        DoneBytes += bytes;
        if (_isShown && Elapsed - _shownAt >= Interval)
        {
            _shownAt = Elapsed;
            Show(name);
        }
    }

    /// <summary>Removes the line, so that something else can be written there.</summary>
    public void Clear()
    {
        if (_shownWidth > 0)
        {
            output.Out.Write($"\r{new string(' ', _shownWidth)}\r");
            _shownWidth = 0;
        }
    }

    private void Show(string name)
    {
        var part = totalBytes == 0 ? 1 : Math.Min(1, (double)DoneBytes / totalBytes);
        var full = (int)(part * BarWidth);
        var rate = (long)(DoneBytes / Math.Max(0.001, Elapsed.TotalSeconds));
        var shown = name.Length <= NameWidth ? name : name[^NameWidth..];
        var line = $"[{new string('#', full)}{new string('.', BarWidth - full)}] {part * 100:0}% "
            + $"{SizeText.Round(rate)}/s {shown}";
        output.Out.Write($"\r{line.PadRight(_shownWidth)}");
        _shownWidth = line.Length;
    }
}
