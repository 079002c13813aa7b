namespace EdgeStream.Storage;

/// <summary>Work on a log that failed when it was last tried. The log itself goes on.</summary>
/// <param name="Work">What was to be done.</param>
/// <param name="Error">Why it was not, the last time.</param>
/// <param name="FailedTries">How often it was tried in vain since it last succeeded.</param>
public sealed record UpkeepFailure(UpkeepWork Work, Exception Error, long FailedTries)
{
    /// <summary>What it means, for people.</summary>
    public override string ToString() => $"{Consequence}: {Error.Message}";

    private string Consequence => Work switch
    {
        UpkeepWork.Finishing => "The index of a full segment cannot be written, so that seeking in it takes longer",
        UpkeepWork.Preparing => "The next segment cannot be made ahead of need, so that appends will wait for it",
        UpkeepWork.Compressing => "A segment cannot be compressed and stays as it is",
        UpkeepWork.Removing => "Files of evicted segments cannot be removed: they go on taking room, and their records "
            + "may come back at the next start",
        _ => "Old segments cannot be checked",
    };
}
