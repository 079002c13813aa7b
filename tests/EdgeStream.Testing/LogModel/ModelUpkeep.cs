using EdgeStream.Storage;

namespace EdgeStream.Testing;

/// <summary>The work on a <see cref="ModelLog"/> that nobody waits for, and what must be true of it.</summary>
internal sealed class ModelUpkeep(ModelLog model, DiskTroubles troubles, SegmentDamage damage, Random random)
{
    /// <summary>How long a segment that could not be finished waits at most until that is tried again.</summary>
    private static readonly TimeSpan FinishRetryMax = TimeSpan.FromMinutes(1);

    /// <summary>A pass over all segments begins so long after the last one.</summary>
    private static readonly TimeSpan PassInterval = TimeSpan.FromHours(25);

    /// <summary>Checks some pieces of sealed segments: only what was damaged may count as rotten.</summary>
    internal void Check()
    {
        if (random.Next(8) == 0)
        {
            model.Time.Advance(PassInterval);
        }

        for (var pieces = random.Next(1, 8); pieces > 0; pieces--)
        {
            model.Log.Upkeep.CheckNext();
        }

        if (troubles.HadUnreadable || model.Disk.IsOff)
        {
            return;
        }

        foreach (var rot in model.Log.Scrub.Rot)
        {
            LogContent.Require(damage.HasHit(rot.Path), $"nothing was damaged, and checking says {rot}");
        }
    }

    /// <summary>What of the sealed segments could not be finished is, once the disk is well and it is time.</summary>
    internal void CheckFinishes()
    {
        model.Time.Advance(FinishRetryMax);
        model.Log.Upkeep.DoWork();
        foreach (var failure in model.Log.UpkeepFailures)
        {
            LogContent.Require(
                failure.Work != UpkeepWork.Finishing,
                $"a sealed segment is not finished on a disk that is well: {failure.Error.Message}");
        }
    }
}
