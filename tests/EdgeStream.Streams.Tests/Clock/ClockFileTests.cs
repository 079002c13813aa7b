using System.Text;
using EdgeStream.Storage;
using EdgeStream.Testing;

namespace EdgeStream.Streams.Tests.Clock;

/// <summary>The file <c>clock</c>: frozen, bounded, and no reason not to start.</summary>
public sealed class ClockFileTests
{
    private const string Folder = "/data";
    private const string Path = "/data/clock";

    private readonly SimulatedDisk _disk = new(new Random(1));

    [Fact]
    public void The_format_is_frozen()
    {
        var file = new ClockFile(
            [
                new ClockLine(new ClockRegime(3, 0, 1_700_000_000_000_000), 0, IsCorrected: false),
                new ClockLine(new ClockRegime(4, -5, -6), 7, IsCorrected: true),
            ],
            new Timestamp(1_790_000_000_123_456));
        file.Write(_disk, Folder);
        Assert.Equal(
            "3 0 1700000000000000 0 kept\n4 -5 -6 7 corrected\ntime 1790000000123456\n",
            Encoding.ASCII.GetString(_disk.TryRead(Path)!));
        var read = ClockFile.Read(_disk, Folder);
        Assert.Equal(file.Lines, read.Lines);
        Assert.Equal(file.Known, read.Known);
    }

    [Fact]
    public void Only_starts_with_wrong_times_are_corrected()
    {
        _disk.Replace(Path, "3 0 1000 0 kept\n4 0 5000000 0 corrected\n4 90 7000000 0 kept\n"u8);
        var corrections = ClockFile.Read(_disk, Folder).Corrections;
        Assert.Equal(1, corrections.Correct(3, 50, new Timestamp(1)).UnixMicroseconds);
        Assert.Equal(5_000_050, corrections.Correct(4, 50, new Timestamp(1)).UnixMicroseconds);
        Assert.Equal(7_000_095, corrections.Correct(4, 95, new Timestamp(1)).UnixMicroseconds);
        Assert.Equal(1, corrections.Correct(5, 50, new Timestamp(1)).UnixMicroseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n")]
    [InlineData("4 0 5000000 0 perhaps\n-1 0 0 0 kept\n4 0 0\ntime soon\n\0\0\0")]
    public void Lines_that_are_none_are_passed_over(string content)
    {
        _disk.Replace(Path, Encoding.ASCII.GetBytes(content));
        var file = ClockFile.Read(_disk, Folder);
        Assert.Empty(file.Lines);
        Assert.Equal(0, file.Known.UnixMicroseconds);
    }

    [Fact]
    public void The_newest_thousand_lines_are_kept()
    {
        var lines = Enumerable.Range(1, 1500)
            .Select(boot => new ClockLine(new ClockRegime((uint)boot, 0, boot), 0, IsCorrected: true)).ToList();
        new ClockFile(lines, new Timestamp(0)).Write(_disk, Folder);
        var read = ClockFile.Read(_disk, Folder);
        Assert.Equal(1000, read.Lines.Count);
        Assert.Equal(1500u, read.Lines[^1].Regime.BootOrdinal);
    }
}
