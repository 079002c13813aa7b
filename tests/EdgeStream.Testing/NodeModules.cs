namespace EdgeStream.Testing;

/// <summary>npm packages that tests drive the gateway with, installed by name and version, once.</summary>
public static class NodeModules
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);
    private static readonly SemaphoreSlim Turn = new(1);

    /// <summary>Installs the AWS SDK's clients of Kinesis Data Streams and Firehose.</summary>
    /// <remarks>A newer version may know more actions and members: <c>ApiModelTests</c> tells.</remarks>
    /// <returns>The folder that holds the packages.</returns>
    public static Task<string> InstallAwsSdkAsync() => InstallAsync(
        "awssdk-3.1169.0", "@aws-sdk/client-kinesis@3.1143.0", "@aws-sdk/client-firehose@3.1169.0");

    /// <summary>Installs packages into a folder of their own below <c>artifacts/peers/</c>.</summary>
    /// <returns>The folder that holds the packages.</returns>
    /// <exception cref="InvalidOperationException">npm could not install them.</exception>
    public static async Task<string> InstallAsync(string folder, params string[] packages)
    {
        var home = RepositoryFolder.Combine("artifacts", "peers", folder);
        var modules = Path.Combine(home, "node_modules");
        await Turn.WaitAsync();
        try
        {
            if (!Array.TrueForAll(packages, package => File.Exists(
                Path.Combine(modules, package[..package.LastIndexOf('@')], "package.json"))))
            {
                Directory.CreateDirectory(home);
                var installed = await Command.RunAsync(
                    "npm", ["install", "--prefix", home, "--no-audit", "--no-fund", .. packages], deadline: Deadline);
                if (installed.ExitCode != 0)
                {
                    throw new InvalidOperationException($"npm install {string.Join(' ', packages)}: {installed}");
                }
            }
        }
        finally
        {
            Turn.Release();
        }

        return modules;
    }
}
