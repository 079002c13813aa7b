using EdgeStream.Gateway.Config;

namespace EdgeStream.Gateway.Tests;

/// <summary>Reads configuration texts as if they stood in <c>test.yaml</c>.</summary>
internal static class ConfigText
{
    public static readonly ConfigContext Context = new()
    {
        HostName = "board", DataFolderDefault = "/data", Environment = name => name == "SECRET" ? "s3cret" : null,
    };

    public static GatewayConfig Parse(string yaml, ConfigOverrides? overrides = null) =>
        ConfigLoader.Parse(yaml, "test.yaml", Context with { Overrides = overrides ?? new ConfigOverrides() });

    public static IReadOnlyList<string> Errors(string yaml) =>
        [.. Assert.Throws<ConfigException>(() => Parse(yaml)).Errors.Select(error => error.ToString())];

    public static string Error(string yaml) => Assert.Single(Errors(yaml));
}
