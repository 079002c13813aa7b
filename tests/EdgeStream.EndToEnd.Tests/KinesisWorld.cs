using EdgeStream.Testing;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>A gateway whose Kinesis endpoint takes one key, and the npm packages of its clients.</summary>
internal static class KinesisWorld
{
    public const string AccessKeyId = "AKIDEXAMPLE";
    public const string Secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

    private static readonly TimeSpan InstallDeadline = TimeSpan.FromMinutes(5);

    public static string Scripts => RepositoryFolder.Combine("tests", "EdgeStream.EndToEnd.Tests", "kinesis");

    public static Task<GatewayWorld> StartAsync(int port) => GatewayWorld.StartAsync("kinesis", $$"""
        {{QuietConfig.Text}}
        kinesis:
          enabled: true
          port: {{port}}
          credentials:
            - accessKeyId: {{AccessKeyId}}
              secretAccessKey: {{Secret}}
        """);

    public static KinesisApi ApiOf(int port) => new(port, AccessKeyId, Secret);

    /// <summary>Installs npm packages by name and version, once; returns the folder that holds them.</summary>
    public static async Task<string> InstallAsync(string folder, params string[] packages)
    {
        var home = RepositoryFolder.Combine("artifacts", "peers", folder);
        var modules = System.IO.Path.Combine(home, "node_modules");
        if (!packages.All(package => File.Exists(
            System.IO.Path.Combine(modules, package[..package.LastIndexOf('@')], "package.json"))))
        {
            Directory.CreateDirectory(home);
            var installed = await Command.RunAsync(
                "npm", ["install", "--prefix", home, "--no-audit", "--no-fund", .. packages],
                deadline: InstallDeadline);
            Assert.True(installed.ExitCode == 0, $"npm install {string.Join(' ', packages)}: {installed}");
        }

        return modules;
    }
}
