using EdgeStream.Storage;

namespace EdgeStream.Testing;

/// <summary>A log, the disk under it, and what must be true of it.</summary>
internal sealed class ModelLog
{
    internal const string Folder = "/model";
    internal const int SegmentSizeBytes = 64 << 10;

    private readonly LogClock _clock;
    private SteppedLog _stepped;

    /// <summary>Begins with an empty log.</summary>
    internal ModelLog(Random random, LogModelOptions life)
    {
        Life = life;
        Disk = new SimulatedDisk(random, life.SectorSizeBytes)
        {
            LiesAboutSync = life.LiesAboutSync,
            KeepsNames = !life.HasAllTroubles,
            IsFirstWriteCostly = life.HasAllTroubles,
        };
        SeenDisk = life.Wrap(Disk);
        Content = new LogContent(() => Disk.FailsToRead);
        _clock = new LogClock(Time, 1);
        Readers = new StandingReaders(Content, Disk, random);
        Options = new ShardLogOptions
        {
            Folder = Folder,
            SegmentSizeBytes = SegmentSizeBytes,
            Durability = life.Durability,
            RetentionBytes = 6 * SegmentSizeBytes,
            RetentionAge = TimeSpan.FromHours(1),
            BufferSizeBytesMax = 32 << 10,
            SpareSegmentsMax = life.SpareSegmentsMax,
            Compression = life.Compression,
            Space = Space,
        };
        _stepped = Open(Options);
    }

    internal LogModelOptions Life { get; }

    internal ManualTimeProvider Time { get; } = new();

    internal SimulatedDisk Disk { get; }

    /// <summary>The disk as the log sees it.</summary>
    internal IDisk SeenDisk { get; }

    internal ModelSpace Space { get; } = new();

    internal LogContent Content { get; }

    internal BatchLedger Batches { get; } = new();

    internal StandingReaders Readers { get; }

    /// <summary>How the log is opened the next time.</summary>
    internal ShardLogOptions Options { get; set; }

    internal ShardLog Log => _stepped.Log;

    /// <summary>The newest visible record, as it was seen last.</summary>
    internal long Newest { get; private set; }

    /// <summary>The newest durable record, as it was seen last.</summary>
    internal long Durable { get; private set; }

    /// <summary>How far an eviction may have come that was interrupted.</summary>
    internal long OldestMax { get; set; }

    /// <summary>What opening found.</summary>
    internal string Findings => string.Join("; ", Log.RecoveryFindings);

    /// <summary>Opens the log as it is on the disk, beside the one that is known here.</summary>
    internal SteppedLog Open(ShardLogOptions options) => new(SeenDisk, _clock, options, Time);

    /// <summary>What was opened is the log from now on.</summary>
    internal void Take(SteppedLog opened)
    {
        _stepped = opened;
        Newest = Log.NewestSequence.Value;
        Durable = Log.DurableSequence.Value;
    }

    /// <summary>The committer's step.</summary>
    internal void Commit(bool mustSync) => _stepped.Commit(mustSync);

    /// <summary>Stops cleanly.</summary>
    internal void Close() => _stepped.Close();

    /// <summary>Looks where the log is now, and at who was told that a record is safe.</summary>
    internal void CheckPositions()
    {
        var newest = Log.NewestSequence.Value;
        var durable = Log.DurableSequence.Value;
        LogContent.Require(newest >= Newest, $"visible went back from {Newest} to {newest}");
        LogContent.Require(durable >= Durable, $"durable went back from {Durable} to {durable}");
        LogContent.Require(
            durable <= newest && newest <= Content.Appended,
            $"durable {durable}, visible {newest}, appended {Content.Appended}");
        if (Life.Durability.Kind == DurabilityKind.Fsync)
        {
            LogContent.Require(durable == newest, $"{newest} is acknowledged and {durable} durable");
        }

        for (var sequence = Math.Max(Newest + 1, Content.Oldest); sequence <= Content.Appended; sequence++)
        {
            LogContent.Require(
                Content[sequence].Acknowledged.IsCompletedSuccessfully == sequence <= newest,
                $"record {sequence} is acknowledged or not, and visible is {newest}");
        }

        (Newest, Durable) = (newest, durable);
    }
}
