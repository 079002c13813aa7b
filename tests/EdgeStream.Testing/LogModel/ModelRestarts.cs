namespace EdgeStream.Testing;

/// <summary>The ends of a <see cref="ModelLog"/>'s process, and its next beginnings.</summary>
internal sealed class ModelRestarts(
    ModelLog model, ModelReads reads, ModelKeys keys, DiskTroubles troubles, Random random)
{
    internal void StopCleanly()
    {
        // Everything appended is committed, whatever had been acknowledged before.
        model.Close();
        var mustBe = model.Log.Failure is null ? model.Content.Appended : model.Durable;
        Reopen(mustBe);
        LogContent.Require(model.Log.NewestSequence.Value >= mustBe, "a clean stop lost records");
    }

    /// <summary>The process ends, the kernel stays: what was written is there.</summary>
    internal void Kill() => Reopen(model.Log.Failure is null ? model.Newest : model.Durable);

    /// <summary>The power goes.</summary>
    internal void CutPower()
    {
        model.Disk.TurnOff();
        model.Disk.CutPower();
        Reopen(model.Durable);
    }

    /// <summary>Opens again, though the power may go while it does, and compares everything.</summary>
    private void Reopen(long mustBe)
    {
        model.Readers.CloseAll();
        model.Time.Advance(TimeSpan.FromMilliseconds(random.Next(1, 5000)));
        if (keys.AreThere && (random.Next(2) == 0 || troubles.MayBringBackNames))
        {
            model.Options = model.Options with { Encryption = keys.Any() };
        }

        troubles.Forget();
        var opened = OpenInTrouble(ref mustBe);
        model.Disk.OperationsUntilOff = int.MaxValue;
        troubles.End();
        Compare(opened, mustBe);
        if (keys.AreThere && random.Next(8) == 0)
        {
            keys.CheckRefused(model.Disk, ModelLog.Folder, model.Log, incomplete =>
                model.Open(model.Options with { Encryption = incomplete }));
        }
    }

    private SteppedLog OpenInTrouble(ref long mustBe)
    {
        if (random.Next(4) == 0)
        {
            model.Disk.OperationsUntilOff = random.Next(10);
        }

        if (model.Life.HasAllTroubles && random.Next(6) == 0)
        {
            troubles.BeginWriting();
        }

        while (true)
        {
            try
            {
                return model.Open(model.Options);
            }
            catch (IOException)
            {
                troubles.End();
                if (!model.Life.HasAllTroubles || model.Disk.IsOff || random.Next(2) == 0)
                {
                    model.Disk.CutPower();
                    mustBe = Math.Min(mustBe, Math.Max(model.Durable, 0));
                }
            }
        }
    }

    private void Compare(SteppedLog opened, long mustBe)
    {
        model.Take(opened);
        var content = model.Content;
        var found = model.Newest;
        var oldest = model.Log.OldestSequence.Value;
        LogContent.Require(found >= mustBe, $"record {mustBe} was safe, the newest one is {found}: {model.Findings}");
        LogContent.Require(
            found <= content.Appended, $"the newest record is {found} of {content.Appended}: {model.Findings}");
        LogContent.Require(
            oldest >= content.Oldest && oldest <= Math.Max(model.OldestMax, content.Oldest),
            $"the oldest record is {oldest}, it was {content.Oldest}: {model.Findings}");
        content.EvictBefore(oldest, long.MaxValue);
        content.CutAfter(found);
        model.Batches.CheckReopened(model.Log, found);
        model.OldestMax = oldest;
        reads.ReadFrom(oldest, int.MaxValue);
    }
}
