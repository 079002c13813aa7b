using EdgeStream.Storage;

namespace EdgeStream.Gateway.Cli.LogTools;

/// <summary>
/// One log as a command sees it. Beside a running gateway it looks again where files changed while they were read, so
/// that nothing is called damaged that was only compressed, let go or used again.
/// </summary>
internal sealed class LogLook : IDisposable
{
    /// <summary>How often one place is looked at before what it shows is believed.</summary>
    public const int TriesMax = 5;

    private readonly ReadOnlyDisk _disk = new();
    private readonly LogTarget _target;

    /// <summary>Opens the log.</summary>
    /// <exception cref="IOException">A file cannot be read, or is of another version of the format.</exception>
    public LogLook(LogTarget target, bool isLive)
    {
        _target = target;
        IsLive = isLive;
        Log = Open();
    }

    /// <summary>Whether a gateway is running on it.</summary>
    public bool IsLive { get; }

    /// <summary>The log as it was when it was looked at last.</summary>
    public LogInspection Log { get; private set; }

    /// <summary>The files that the device cannot read all of, and the first byte that it cannot.</summary>
    public IReadOnlyDictionary<string, long> Unreadable => _disk.Unreadable;

    /// <summary>Looks at it anew.</summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public void LookAgain()
    {
        var fresh = Open();
        Log.Dispose();
        Log = fresh;
    }

    /// <summary>Whether the files around a record changed since, and it has been looked at again.</summary>
    public bool TryLookAgain(SequenceNumber sequence)
    {
        if (!IsLive || !Log.HasChanged(sequence))
        {
            return false;
        }

        LookAgain();
        return true;
    }

    /// <summary>Reads a whole segment and checks every entry, and its index against it.</summary>
    /// <param name="segment">The segment, as any look has shown it.</param>
    /// <param name="frames">Takes its valid frames; null for none.</param>
    /// <returns>Null when a running gateway has let it go.</returns>
    public SegmentReport? Verify(SegmentSummary segment, List<FrameSummary>? frames = null)
    {
        for (var tries = 1; ; tries++)
        {
            if (Find(segment.FirstSequence) is not { } present)
            {
                return null;
            }

            frames?.Clear();
            var report = TryVerify(present, frames);
            if (report is not null && (!IsLive || tries == TriesMax || IsBelieved(report)))
            {
                return report;
            }

            if (tries == TriesMax)
            {
                return null;
            }

            LookAgain();
        }
    }

    /// <summary>Names the files that the device cannot read all of; whether there are any.</summary>
    public bool TellUnreadable(CommandOutput output)
    {
        foreach (var (path, offset) in Unreadable)
        {
            output.Error.WriteLine($"edgestream: {Describe(path, offset)}");
        }

        return Unreadable.Count > 0;
    }

    /// <summary>What to say of a place that the device cannot read.</summary>
    public static string Describe(string path, long offset) =>
        $"{path}: the device cannot read byte {offset}: copy the folder elsewhere.";

    /// <inheritdoc/>
    public void Dispose() => Log.Dispose();

    /// <summary>A record with the times as they are known by now.</summary>
    public LogRecord Right(scoped in LogRecord record)
    {
        var arrival = _target.Corrections.ArrivalOf(record);
        return record with
        {
            ArrivalTime = arrival,
            EventTime = ClockCorrections.CorrectEvent(record.EventTime, record.ArrivalTime, arrival),
        };
    }

    private LogInspection Open()
    {
        var log = LogInspection.Open(_disk, _target.Folder, _target.Encryption);
        log.Corrections = _target.Corrections;
        return log;
    }

    private SegmentReport? TryVerify(SegmentSummary segment, List<FrameSummary>? frames)
    {
        try
        {
            return Log.Verify(segment, frames is null ? null : frames.Add);
        }
        catch (FileNotFoundException) when (IsLive)
        {
            return null;
        }
    }

    /// <summary>
    /// Whether nothing is wrong, or what is wrong is so: the index of a segment that is written changes at any moment.
    /// </summary>
    private bool IsBelieved(SegmentReport report)
    {
        var isIndexRight = report.Index is IndexState.Valid or IndexState.Mark or IndexState.Missing;
        return (report.Damage.Count == 0 && isIndexRight)
            || (!report.Segment.IsLast && !Log.HasChanged(report.Segment.FirstSequence));
    }

    private SegmentSummary? Find(SequenceNumber first)
    {
        foreach (var segment in Log.Segments)
        {
            if (segment.FirstSequence == first)
            {
                return segment;
            }
        }

        return null;
    }
}
