using EdgeStream.Testing;

namespace EdgeStream.Benchmarks.Measuring;

/// <summary>A package that is installed from npm once, below the build's results.</summary>
internal static class NodePackage
{
    /// <summary>The folder of the package.</summary>
    public static async Task<string> InstallAsync(string name, string version)
    {
        var folder = RepositoryFolder.Combine("artifacts", "peers", $"{name}-{version}");
        var package = Path.Combine(folder, "node_modules", name);
        if (!Directory.Exists(package))
        {
            Directory.CreateDirectory(folder);
            (await Command.RunAsync(
                "npm", ["install", "--no-audit", "--no-fund", "--prefix", folder, $"{name}@{version}"])).OrThrow();
        }

        return package;
    }
}
