namespace EdgeStream.Delivery;

/// <summary>The account of one delivery for one shard: what became of every record, and what is missing.</summary>
public sealed record ShardAudit
{
    /// <summary>The shard in the place of those that have expired, whose sum is kept as one.</summary>
    public const string Expired = "expired";

    /// <summary>The delivery, as status has its name.</summary>
    public required string Delivery { get; init; }

    /// <summary>The stream.</summary>
    public required string Stream { get; init; }

    /// <summary>The shard's id.</summary>
    public required string Shard { get; init; }

    /// <summary>The hours, oldest first.</summary>
    public required IReadOnlyList<AuditHour> Hours { get; init; }

    /// <summary>Records that did not arrive, in the order in which that was noticed; the newest 256.</summary>
    public IReadOnlyList<Gap> Gaps { get; init; } = [];

    /// <summary>Records of older gaps, which are not named any more.</summary>
    public long ForgottenGapRecords { get; init; }

    /// <summary>What contradicts itself, in words; null when nothing does.</summary>
    public string? Problem { get; init; }

    /// <summary>Whether every hour adds up and nothing contradicts itself.</summary>
    public bool AddsUp
    {
        get
        {
            var addsUp = Problem is null;
            foreach (var hour in Hours)
            {
                addsUp &= hour.AddsUp;
            }

            return addsUp;
        }
    }
}
