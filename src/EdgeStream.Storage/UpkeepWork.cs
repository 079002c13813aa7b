namespace EdgeStream.Storage;

/// <summary>The kinds of work on a log that nobody waits for.</summary>
public enum UpkeepWork
{
    /// <summary>Writing the index file of a sealed segment, and giving back the room that it does not use.</summary>
    Finishing = 0,

    /// <summary>Making the file of the next segment ahead of need.</summary>
    Preparing = 1,

    /// <summary>Compressing a sealed segment.</summary>
    Compressing = 2,

    /// <summary>Checking sealed segments against the device.</summary>
    Checking = 3,

    /// <summary>Removing the files of evicted segments, and of spares whose room is needed.</summary>
    Removing = 4,
}
