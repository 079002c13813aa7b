using EdgeStream.Storage;

namespace EdgeStream.Testing;

/// <summary>
/// Power cuts, errors and full disks in the life of a <see cref="ModelLog"/>, and what goes on meanwhile.
/// </summary>
internal sealed class ModelTroubles(
    ModelLog model,
    ModelAppends appends,
    ModelReads reads,
    ModelEvictions evictions,
    ModelUpkeep upkeep,
    ModelRestarts restarts,
    DiskTroubles troubles,
    Random random)
{
    private const int OperationsMax = 6;

    /// <summary>Enough to go through some segments, with what is done for each behind the producer's back.</summary>
    private const int LongOperationsMax = 60;

    /// <summary>A full buffer and a full segment may each make an append wait.</summary>
    private const int AppendTriesMax = 4;

    private const int CutWithinMax = 12;
    private const int LongCutWithinMax = 150;

    private bool HasAll => model.Life.HasAllTroubles;

    /// <summary>The power goes at one of the next operations of the disk.</summary>
    internal void CutPower()
    {
        var isLong = HasAll && random.Next(3) == 0;
        model.Disk.OperationsUntilOff = random.Next(isLong ? LongCutWithinMax : CutWithinMax);
        LiveOn(isLong);
        restarts.CutPower();
    }

    /// <summary>Operations of one kind fail; returns which.</summary>
    internal string MeetDiskError()
    {
        var kind = HasAll ? troubles.Begin() : BeginWritesOrSyncs();
        var isWhole = LiveOn(HasAll && random.Next(3) == 0);
        if (model.Log.Failure is not null)
        {
            // The committer may still have to hear of it: another thread has synced a segment.
            model.Commit(mustSync: false);
            LogContent.Require(
                model.Log.TryAppend("k"u8, "v"u8, null, out _) == AppendStatus.Failed, "a failed log took a record");
            if (isWhole || !HasAll)
            {
                reads.ReadFrom(model.Content.Oldest, int.MaxValue);
                model.Readers.ReadAll(model.Newest);
            }
        }

        troubles.End();
        if (HasAll && isWhole && model.Log.Failure is null && random.Next(2) == 0)
        {
            GoOn();
        }
        else if (random.Next(2) == 0)
        {
            restarts.Kill();
        }
        else
        {
            restarts.CutPower();
        }

        return kind;
    }

    internal void FillDisk()
    {
        model.Disk.CapacityBytes = model.Disk.UsedBytes + random.Next(3 * ModelLog.SegmentSizeBytes);
        for (var i = 0; i < 200 && !model.Log.IsDiskFull; i++)
        {
            appends.AppendSome(4);
            model.Commit(mustSync: false);
            model.CheckPositions();
            if (HasAll && random.Next(4) == 0)
            {
                model.Log.Upkeep.DoWork();
            }
        }

        LogContent.Require(
            model.Log.Failure is null, $"a full disk ended the log: {model.Log.Failure?.Message}");
        reads.ReadFrom(model.Content.Oldest, int.MaxValue);
        model.Disk.CapacityBytes = long.MaxValue;
        evictions.Tick();
        model.Commit(mustSync: false);
        LogContent.Require(!model.Log.IsDiskFull, "the log does not see that there is room again");
    }

    private string BeginWritesOrSyncs()
    {
        var isSync = random.Next(2) == 0;
        if (isSync)
        {
            model.Disk.SyncsUntilFailure = random.Next(3);
        }
        else
        {
            model.Disk.WritesUntilFailure = random.Next(3);
        }

        return isSync ? "syncs" : "writes";
    }

    /// <summary>A log that has not failed needs no new start once the disk is well.</summary>
    private void GoOn()
    {
        reads.ReadFrom(model.Content.Oldest, int.MaxValue);
        var status = AppendStatus.Busy;
        for (var tries = 0; tries < AppendTriesMax && status == AppendStatus.Busy; tries++)
        {
            model.Commit(mustSync: false);
            status = appends.AppendSome(1);
        }

        LogContent.Require(status == AppendStatus.Accepted, $"behind an error an append was refused as {status}");
        model.Commit(mustSync: true);
        LogContent.Require(
            model.Log.Failure is null && model.Log.DurableSequence.Value == model.Content.Appended,
            $"behind an error that ended nothing, {model.Content.Appended} does not become durable");
        model.CheckPositions();
        upkeep.CheckFinishes();
    }

    /// <summary>Does a few things although any of them may fail; returns whether none was interrupted.</summary>
    private bool LiveOn(bool isLong)
    {
        for (var i = random.Next(1, isLong ? LongOperationsMax : OperationsMax); i > 0; i--)
        {
            try
            {
                if (HasAll)
                {
                    DoAny();
                }
                else
                {
                    DoOneOfFour();
                }
            }
            catch (IOException)
            {
                // The disk said no, which is what it was told to do; what an eviction left half done, a start shows.
                return false;
            }

            model.CheckPositions();
        }

        return true;
    }

    private void DoOneOfFour()
    {
        switch (random.Next(8))
        {
            case < 3:
                AppendSome();
                break;
            case < 6:
                model.Commit(mustSync: random.Next(8) == 0);
                break;
            case 6:
                evictions.Tick();
                break;
            default:
                evictions.Evict();
                break;
        }
    }

    private void DoAny()
    {
        switch (random.Next(20))
        {
            case < 5:
                AppendSome();
                break;
            case < 10:
                model.Commit(mustSync: random.Next(8) == 0);
                break;
            case 10:
                appends.AppendBatch();
                break;
            case < 14:
                model.Log.Upkeep.DoWork();
                break;
            case 14:
                upkeep.Check();
                break;
            case 15:
                evictions.Tick();
                break;
            case 16:
                evictions.Evict();
                break;
            case 17:
                evictions.EvictOldest();
                break;
            case 18:
                model.Readers.ReadOn(model.Newest);
                break;
            default:
                model.Time.Advance(TimeSpan.FromSeconds(random.Next(1, 60)));
                break;
        }
    }

    private void AppendSome() => appends.AppendSome(model.Life.HasOneRecordSize ? 3 : random.Next(1, 9));
}
