using System.Globalization;
using EdgeStream.Storage;

namespace EdgeStream.Benchmarks.Cuts;

/// <summary>The logs of a cut test in one folder, opened as any program opens them.</summary>
internal sealed class CutLogs : IDisposable
{
    /// <summary>Small, so that a cut often meets the end of a segment and the birth of the next.</summary>
    private const int SegmentSizeBytes = 256 << 10;

    /// <summary>Old segments go while the test runs, so that their files are retired under load.</summary>
    private const long RetentionBytes = 4 * SegmentSizeBytes;

    private const string LivesName = "lives";

    private readonly Committer _committer = new();

    private CutLogs(string folder, Durability durability)
    {
        var clock = new LogClock(TimeProvider.System, NextLife(folder));
        Logs =
        [
            .. Enumerable.Range(0, CutRecord.LogCount).Select(log => _committer.Open(
                new NativeDisk(), clock, OptionsOf(folder, log, durability))),
        ];
    }

    /// <summary>The logs, in the order of <see cref="CutRecord.LogOf"/>.</summary>
    public IReadOnlyList<ShardLog> Logs { get; }

    /// <summary>Opens what is in the folder; an empty folder is a new test.</summary>
    public static CutLogs Open(string folder, Durability durability) => new(Path.GetFullPath(folder), durability);

    /// <summary>The first number that no log holds.</summary>
    public long NextNumber => Enumerable.Range(0, CutRecord.LogCount)
        .Min(log => CutRecord.NumberAt(log, Logs[log].NewestSequence.Next));

    /// <summary>Stops as a clean shutdown does.</summary>
    public void Dispose()
    {
        foreach (var log in Logs)
        {
            _committer.Close(log);
        }

        _committer.Dispose();
    }

    private static ShardLogOptions OptionsOf(string folder, int log, Durability durability) => new()
    {
        Folder = Path.Combine(folder, $"log-{log}"),
        SegmentSizeBytes = SegmentSizeBytes,
        RetentionBytes = RetentionBytes,
        Durability = durability,
    };

    /// <summary>Every start counts as a start of the machine: after a cut it was one.</summary>
    private static uint NextLife(string folder)
    {
        var disk = new NativeDisk();
        _ = disk.List(folder);
        var path = Path.Combine(folder, LivesName);
        var life = disk.TryRead(path) is { } text ? uint.Parse(text, CultureInfo.InvariantCulture) + 1 : 1;
        Span<byte> digits = stackalloc byte[10];
        _ = life.TryFormat(digits, out var length, provider: CultureInfo.InvariantCulture);
        disk.Replace(path, digits[..length]);
        return life;
    }
}
