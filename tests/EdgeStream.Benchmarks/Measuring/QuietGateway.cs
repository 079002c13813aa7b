using EdgeStream.Testing;

namespace EdgeStream.Benchmarks.Measuring;

/// <summary>Configurations and launches of a gateway that does only what is measured.</summary>
internal static class QuietGateway
{
    /// <summary>No sensor, no rule, no delivery.</summary>
    public const string Config = """
        sensors:
          board:
            enabled: false
        rules: []
        deliveries: []

        """;

    /// <summary>A launch on folders below a scratch folder.</summary>
    public static GatewayLaunch Launch(TemporaryFolder folder, string config) => new()
    {
        DataFolder = folder.Combine("data"),
        ConfigFile = folder.Write("edgestream.yaml", config),
    };
}
