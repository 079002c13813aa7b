using EdgeStream.Gateway.Cli;
using EdgeStream.Gateway.Cli.LogTools;
using EdgeStream.Testing;

namespace EdgeStream.Gateway.Tests.Cli;

/// <summary>How a long command says how far it is.</summary>
public sealed class ProgressLineTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly StringWriter _out = new();
    private readonly StringWriter _error = new();

    [Fact]
    public void A_screen_gets_one_line_that_is_written_over_and_removed()
    {
        using (var progress = Line(isErrorTerminal: true, 2 << 20))
        {
            progress.Add(0, "readings");
            _time.Advance(TimeSpan.FromMilliseconds(99));
            progress.Add(1 << 19, "not yet");
            _time.Advance(TimeSpan.FromMilliseconds(901));
            progress.Add(1 << 19, "readings");
            progress.Add(1 << 20, "over");
        }

        var shown = _error.ToString().Split('\r', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal($"[{new string('.', 30)}] 0% 0 B/s readings", shown[0]);
        Assert.Equal($"[{new string('#', 15)}{new string('.', 15)}] 50% 1 MiB/s readings", shown[1]);
        Assert.Equal($"[{new string('#', 30)}] 100% 2 MiB/s over", shown[2].TrimEnd());
        Assert.Equal(shown[1].Length, shown[2].Length);
        Assert.Equal(new string(' ', shown[2].TrimEnd().Length), shown[3]);
        Assert.Equal(4, shown.Length);
        Assert.Empty(_out.ToString());
    }

    [Fact]
    public void Where_nobody_watches_a_plain_line_is_written_every_ten_seconds()
    {
        using (var progress = Line(isErrorTerminal: false, 40 << 20))
        {
            progress.Add(5 << 20, "readings");
            _time.Advance(TimeSpan.FromSeconds(9.9));
            progress.Add(0, "readings");
            Assert.Empty(_error.ToString());
            _time.Advance(TimeSpan.FromSeconds(0.1));
            progress.Add(5 << 20, "readings");
            _time.Advance(TimeSpan.FromSeconds(10));
            progress.Correct(10 << 20);
            progress.Add(10 << 20, "state");
        }

        Assert.Equal("edgestream: 25% 1 MiB/s readings\nedgestream: 40% 1 MiB/s state\n", _error.ToString());
        Assert.Empty(_out.ToString());
    }

    private ProgressLine Line(bool isErrorTerminal, long totalBytes) => new(
        new CommandOutput(_out, _error, () => Stream.Null, IsTerminal: false) { IsErrorTerminal = isErrorTerminal },
        isShown: true,
        totalBytes,
        _time);
}
