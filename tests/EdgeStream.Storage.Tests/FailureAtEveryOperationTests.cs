using EdgeStream.Testing;

namespace EdgeStream.Storage.Tests;

/// <summary>
/// A disk that begins to refuse at every single operation of a <see cref="ShortHistory"/>, one after the other:
/// nothing acknowledged is lost, nothing breaks, and the log goes on by itself or says why it does not.
/// </summary>
public sealed class FailureAtEveryOperationTests
{
    /// <summary>What begins to fail.</summary>
    public enum Trouble
    {
        /// <summary>There is no room for another file.</summary>
        Full,

        /// <summary>Writes into open files.</summary>
        Writes,

        /// <summary>Syncs.</summary>
        Syncs,

        /// <summary>Renames: they are done, and the folder cannot be synced.</summary>
        Renames,

        /// <summary>Renames: nothing is done.</summary>
        RefusedRenames,

        /// <summary>Deletions: they are done, and the folder cannot be synced.</summary>
        Deletes,

        /// <summary>Deletions: nothing is done.</summary>
        RefusedDeletes,

        /// <summary>Making files, though there is room.</summary>
        Creates,

        /// <summary>Giving back the room of files.</summary>
        Truncates,

        /// <summary>Writing small files as a whole.</summary>
        Replaces,

        /// <summary>The same: they are there, and the folder cannot be synced.</summary>
        DoneReplaces,
    }

    /// <summary>How the log's life ends.</summary>
    public enum Ending
    {
        /// <summary>The process is killed.</summary>
        Kill,

        /// <summary>The power is cut.</summary>
        Cut,

        /// <summary>A stop, while the disk still refuses.</summary>
        Stop,
    }

    public static TheoryData<Trouble, Ending> All()
    {
        var all = new TheoryData<Trouble, Ending>();
        foreach (var trouble in Enum.GetValues<Trouble>())
        {
            foreach (var ending in Enum.GetValues<Ending>())
            {
                all.Add(trouble, ending);
            }
        }

        return all;
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Wherever_the_disk_begins_to_refuse_nothing_acknowledged_is_lost_and_the_log_goes_on(
        Trouble trouble, Ending ending)
    {
        var isOver = false;
        for (var operations = 0; !isOver; operations++)
        {
            var disk = new SimulatedDisk(new Random(operations));
            try
            {
                Begin(disk, trouble, operations);
                isOver = Live(disk, trouble, ending);
            }
            catch (Exception error)
            {
                throw new InvalidOperationException($"after {operations} operations: {error.Message}", error);
            }
        }
    }

    /// <summary>Returns whether nothing was refused any more.</summary>
    private static bool Live(SimulatedDisk disk, Trouble trouble, Ending ending)
    {
        var history = new ShortHistory(disk);
        history.Run();
        var isOver = IsUntouched(disk, trouble);
        Assert.True(!isOver || (history.WasCompressed && history.Log!.Evictions.Total > 0), "the history is too short");
        if (trouble == Trouble.Full || isOver)
        {
            CheckGoesOn(disk, history);
        }
        else if (history.Log is { Failure: { } failure } log)
        {
            Assert.Contains("The disk failed", failure.Message, StringComparison.Ordinal);
            Assert.Equal(AppendStatus.Failed, log.TryAppend("k"u8, "v"u8, null, out _));
        }

        if (ending == Ending.Stop)
        {
            history.Close();
        }
        else if (ending == Ending.Cut)
        {
            disk.TurnOff();
            disk.CutPower();
        }

        disk.BeWell();
        history.CheckReopened();
        Assert.Equal(AppendStatus.Accepted, history.Append(20));
        history.Work();
        Assert.Null(history.Log!.Failure);
        Assert.Empty(history.Log.UpkeepFailures);
        Assert.Equal(history.Log.AppendedSequence.Value, history.Acknowledged);
        disk.TurnOff();
        disk.CutPower();
        history.CheckReopened();
        return isOver;
    }

    /// <summary>A disk that was only full ends no log: with room it takes records without being opened again.</summary>
    private static void CheckGoesOn(SimulatedDisk disk, ShortHistory history)
    {
        if (history.Log is not { } log)
        {
            Assert.Equal(0, history.Acknowledged);
            return;
        }

        Assert.Null(log.Failure);
        var until = disk.OperationsUntilFull;
        disk.BeWell();
        history.Work();
        Assert.Equal(AppendStatus.Accepted, history.Append(20));
        Assert.False(log.IsDiskFull);
        Assert.Equal(log.AppendedSequence.Value, history.Acknowledged);
        disk.OperationsUntilFull = until;
    }

    private static void Begin(SimulatedDisk disk, Trouble trouble, int operations)
    {
        disk.RefusesNames = trouble is Trouble.RefusedRenames or Trouble.RefusedDeletes;
        disk.DoesFailedReplaces = trouble == Trouble.DoneReplaces;
        switch (trouble)
        {
            case Trouble.Full:
                disk.OperationsUntilFull = operations;
                break;
            case Trouble.Writes:
                disk.WritesUntilFailure = operations;
                break;
            case Trouble.Syncs:
                disk.SyncsUntilFailure = operations;
                break;
            case Trouble.Renames or Trouble.RefusedRenames:
                disk.RenamesUntilFailure = operations;
                break;
            case Trouble.Deletes or Trouble.RefusedDeletes:
                disk.DeletesUntilFailure = operations;
                break;
            case Trouble.Creates:
                disk.CreatesUntilFailure = operations;
                break;
            case Trouble.Truncates:
                disk.TruncatesUntilFailure = operations;
                break;
            default:
                disk.ReplacesUntilFailure = operations;
                break;
        }
    }

    private static bool IsUntouched(SimulatedDisk disk, Trouble trouble) => trouble switch
    {
        Trouble.Full => disk.OperationsUntilFull > 0,
        Trouble.Writes => disk.WritesUntilFailure >= 0,
        Trouble.Syncs => disk.SyncsUntilFailure >= 0,
        Trouble.Renames or Trouble.RefusedRenames => disk.RenamesUntilFailure >= 0,
        Trouble.Deletes or Trouble.RefusedDeletes => disk.DeletesUntilFailure >= 0,
        Trouble.Creates => disk.CreatesUntilFailure >= 0,
        Trouble.Truncates => disk.TruncatesUntilFailure >= 0,
        _ => disk.ReplacesUntilFailure >= 0,
    };
}
