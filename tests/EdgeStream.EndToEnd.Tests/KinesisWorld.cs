using EdgeStream.Testing;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>A gateway whose Kinesis endpoint takes one key, and the npm packages of its clients.</summary>
internal static class KinesisWorld
{
    public const string AccessKeyId = "AKIDEXAMPLE";
    public const string Secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

    public static string Scripts => RepositoryFolder.Combine("tests", "EdgeStream.EndToEnd.Tests", "kinesis");

    public static Task<GatewayWorld> StartAsync(int port, string more = "") => GatewayWorld.StartAsync("kinesis", $$"""
        {{QuietConfig.Text}}
        {{more}}
        kinesis:
          enabled: true
          port: {{port}}
          credentials:
            - accessKeyId: {{AccessKeyId}}
              secretAccessKey: {{Secret}}
        """);

    public static KinesisApi ApiOf(int port) => new(port, AccessKeyId, Secret);

    /// <summary>Installs npm packages by name and version, once; returns the folder that holds them.</summary>
    public static Task<string> InstallAsync(string folder, params string[] packages) =>
        NodeModules.InstallAsync(folder, packages);
}
