namespace EdgeStream.Devices;

/// <summary>What a replay makes of one dead letter.</summary>
public enum ReplayOutcome
{
    /// <summary>Its records are in their streams; in a dry run, they would be.</summary>
    Replayed = 0,

    /// <summary>A replay before this one has put them there.</summary>
    AlreadyReplayed = 1,

    /// <summary>The routes still can't take it.</summary>
    StillRefused = 2,

    /// <summary>It is no whole message: only its beginning was kept, or it is something else.</summary>
    NotReplayable = 3,
}
