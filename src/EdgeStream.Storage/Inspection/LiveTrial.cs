namespace EdgeStream.Storage;

/// <summary>
/// What a repair would do to a log that another process is writing: see <see cref="LogRepair.TryLive"/>.
/// </summary>
internal sealed class LiveTrial(IDisk disk, string folder, LogEncryption? encryption, Action<string, long>? onRead)
{
    /// <summary>How often files may vanish under one reading before that is an error.</summary>
    private const int TriesMax = 5;

    /// <summary>Reads the log; what is wrong is believed when it is found twice.</summary>
    /// <remarks>
    /// A file that changes while it is read looks damaged, once. What the second reading finds wrong in the same way,
    /// at the same bytes, is so.
    /// </remarks>
    internal RepairReport Run()
    {
        var first = Read();
        if (first.Steps.Count + first.Remaining.Count == 0)
        {
            return first;
        }

        var second = Read();
        return second with
        {
            Steps = Common(first.Steps, second.Steps),
            Changes = Common(first.Changes, second.Changes),
            Remaining = Common(first.Remaining, second.Remaining),
        };
    }

    private RepairReport Read()
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return ReadOnce();
            }
            catch (FileNotFoundException) when (tries < TriesMax)
            {
                // Let go between the listing and the reading: it is on the next list no more.
            }
        }
    }

    private RepairReport ReadOnce()
    {
        using var still = StillDisk.Of(disk, folder, encryption);
        var overlay = new OverlayDisk(still);
        var repair = new LogRepair(overlay, folder, encryption, onRead, isLive: true);
        var remaining = repair.Run();

        // The index of the newest segment is the stop's work, not the repair's.
        var changes = overlay.Changes().Where(change => change.Path != still.NewestIndexPath).ToList();
        return new RepairReport(repair.Steps, changes, [], remaining)
        {
            Undecided = still.Unfinished is { } unfinished ? [unfinished, .. repair.Undecided] : repair.Undecided,
        };
    }

    private static List<T> Common<T>(IReadOnlyList<T> first, IReadOnlyList<T> second)
        where T : IEquatable<T>
    {
        var known = new HashSet<T>(first);
        return [.. second.Where(known.Contains)];
    }
}
