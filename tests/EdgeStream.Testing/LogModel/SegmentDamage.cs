using EdgeStream.Storage;

namespace EdgeStream.Testing;

/// <summary>Rot in a log's sealed segments: every one is hit at most once.</summary>
internal sealed class SegmentDamage(SimulatedDisk disk, LogContent content, Random random)
{
    private readonly HashSet<string> _damagedFiles = new(StringComparer.Ordinal);

    /// <summary>Whether a file was hit.</summary>
    internal bool HasHit(string path) => _damagedFiles.Contains(path);

    /// <summary>Flips a bit somewhere and exposes the records that it may take; returns whether it did.</summary>
    /// <param name="log">Whose segment it is.</param>
    /// <param name="inspect">Opens the folder for looking.</param>
    internal bool TryHit(ShardLog log, Func<LogInspection> inspect)
    {
        var segments = log.Segments;

        // The newest sealed ones may not be durable yet: there, damage is a torn write.
        var settledCount = segments.Length - 1 - Math.Max(1, segments[^1].Header.UnsyncedBefore);
        if (settledCount < 1)
        {
            return false;
        }

        var at = random.Next(settledCount);
        var path = segments[at].Path;
        if (segments[at].IsCompressed || !_damagedFiles.Add(path))
        {
            return false;
        }

        var (frames, end) = FramesOf(path, inspect);
        if (frames.Count == 0)
        {
            return false;
        }

        var offset = random.Next((int)frames[0].Offset, end);
        var hit = frames.FindLastIndex(frame => frame.Offset <= offset);
        var behind = hit + 2 < frames.Count ? frames[hit + 2].FirstSequence : segments[at + 1].FirstSequence;
        content.Expose(frames[hit].FirstSequence.Value, behind.Value - 1);
        disk.BytesOf(path)[offset] ^= (byte)(1 << random.Next(8));
        return true;
    }

    private static (List<FrameSummary> Frames, int End) FramesOf(string path, Func<LogInspection> inspect)
    {
        var frames = new List<FrameSummary>();
        using var inspection = inspect();
        foreach (var segment in inspection.Segments)
        {
            if (segment.Path == path)
            {
                var report = inspection.Verify(segment, frames.Add);
                return (frames, (int)report.EndOffset);
            }
        }

        return (frames, 0);
    }
}
