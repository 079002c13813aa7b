using EdgeStream.Testing;

namespace EdgeStream.Benchmarks.Areas.Crash;

/// <summary>What is left after the last restart, when every device has been acknowledged and every file
/// delivered.</summary>
internal sealed record CrashOutcome
{
    /// <summary>The stream against what the devices know.</summary>
    public required PublishedAudit Audit { get; init; }

    /// <summary>Records that nobody sent, and holes in the sequence numbers.</summary>
    public required long OtherViolations { get; init; }

    /// <summary>Kills that hit a gateway which was still starting.</summary>
    public required int KillsWhileStarting { get; init; }

    /// <summary>Records in the stream.</summary>
    public required int StoredCount { get; init; }

    /// <summary>Records of the stream that no file holds.</summary>
    public required int UndeliveredCount { get; init; }

    /// <summary>Records that the files hold once too often.</summary>
    public required int DeliveredTwiceCount { get; init; }

    /// <summary>Files.</summary>
    public required int DeliveredFiles { get; init; }

    /// <summary>From exec until the gateway answered.</summary>
    public required double ReadyMsMedian { get; init; }

    /// <summary>The slowest of the restarts.</summary>
    public required double ReadyMsMax { get; init; }
}
