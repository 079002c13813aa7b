using EdgeStream.Testing;

namespace EdgeStream.Delivery.Tests;

/// <summary>Readers of other makers from npm, installed once, by name and version.</summary>
internal static class NodePackages
{
    private static readonly string[] Packages =
        ["hyparquet@1.31.5", "hyparquet-compressors@1.1.2", "@duckdb/node-api@1.5.6-r.1", "snappyjs@0.7.0"];

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);
    private static readonly Lazy<Task<string>> Installed = new(InstallAsync);

    /// <summary>A script of the readers' folder run with the packages' folder and more arguments.</summary>
    public static async Task<CommandResult> RunAsync(string script, params string[] arguments)
    {
        var path = RepositoryFolder.Combine("tests", "EdgeStream.Delivery.Tests", "readers", script);
        return await Command.RunAsync("node", [path, await Installed.Value, .. arguments], deadline: Deadline);
    }

    private static async Task<string> InstallAsync()
    {
        var home = RepositoryFolder.Combine("artifacts", "peers", "parquet-readers");
        var mark = Path.Combine(home, $".installed-{string.Join('+', Packages).Replace('/', '-')}");
        if (!File.Exists(mark))
        {
            Directory.CreateDirectory(home);
            var installed = await Command.RunAsync(
                "npm", ["install", "--prefix", home, "--no-audit", "--no-fund", .. Packages], deadline: Deadline);
            Assert.True(installed.ExitCode == 0, $"npm install {string.Join(' ', Packages)}: {installed}");
            await File.WriteAllTextAsync(mark, "");
        }

        return home;
    }
}
