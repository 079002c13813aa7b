namespace EdgeStream.Benchmarks.Areas.Kinesis.Servers;

/// <summary>All that take part; the gateway is the subject.</summary>
internal static class KinesisServerCatalog
{
    /// <summary>The faster emulator, which goals compare with.</summary>
    public const string Kinesalite = "kinesalite";

    /// <summary>The more complete emulator, which goals compare with.</summary>
    public const string KinesisLocal = "kinesis-local";

    /// <summary>What no server can be faster than; takes part where latencies are measured.</summary>
    public static KinesisServerKind Floor { get; } = new(
        "one thread that syncs and answers", HasSubscriptions: false, FloorServer.StartAsync);

    /// <summary>Everyone, the subject first.</summary>
    public static IReadOnlyList<KinesisServerKind> All { get; } =
    [
        new("EdgeStream, fsync", HasSubscriptions: true, GatewayServer.StartAsync),
        new(Kinesalite, HasSubscriptions: false, KinesaliteServer.StartAsync),
        new(KinesisLocal, HasSubscriptions: true, KinesisLocalServer.StartAsync),
    ];
}
