using EdgeStream.Kinesis;

namespace EdgeStream.Gateway.Config;

/// <summary>The Kinesis API.</summary>
internal sealed record KinesisConfig
{
    /// <summary>Whether it is served.</summary>
    public required bool IsEnabled { get; init; }

    /// <summary>Where it listens.</summary>
    public required ListenConfig Listen { get; init; }

    /// <summary>The region in names.</summary>
    public required string Region { get; init; }

    /// <summary>The account in names.</summary>
    public required string AccountId { get; init; }

    /// <summary>Open shards of all streams.</summary>
    public required int ShardsMax { get; init; }

    /// <summary>Streams of the mode ON_DEMAND.</summary>
    public required int OnDemandStreamsMax { get; init; }

    /// <summary>Connections at the same time.</summary>
    public required int ConnectionsMax { get; init; }

    /// <summary>The bounds of requests.</summary>
    public required KinesisLimits Limits { get; init; }

    /// <summary>The keys that clients sign with.</summary>
    public required IReadOnlyList<KinesisCredential> Credentials { get; init; }

    /// <summary>The port's certificate; null without TLS.</summary>
    public required KinesisTlsConfig? Tls { get; init; }

    /// <summary>Whether another configuration differs in nothing that can't change while the port is open.</summary>
    public bool IsSameDoor(KinesisConfig other) =>
        this with { Credentials = [] } == other with { Credentials = [] };
}
