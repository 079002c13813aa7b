using System.Globalization;
using EdgeStream.Testing;

namespace EdgeStream.Benchmarks.Areas.Mqtt.Brokers;

/// <summary>aedes on Node.js, in memory. Installed from npm once, below the build's results.</summary>
internal static class AedesBroker
{
    private const string Version = "1.2.0";

    /// <summary>Starts it.</summary>
    public static async Task<IBroker> StartAsync(TemporaryFolder folder)
    {
        var modules = await InstallAsync();
        var port = FreePort.Next();
        var program = folder.Write("aedes.mjs", string.Create(CultureInfo.InvariantCulture, $$"""
            const { Aedes } = await import('{{modules}}/aedes/aedes.js');
            const aedes = await Aedes.createBroker({ concurrency: 100000 });
            (await import('node:net')).createServer(aedes.handle).listen({{port}}, '127.0.0.1');
            """));
        return await PeerBroker.StartAsync(port, "nodejs", "node", program);
    }

    private static async Task<string> InstallAsync()
    {
        var folder = RepositoryFolder.Combine("artifacts", "peers", $"aedes-{Version}");
        var modules = Path.Combine(folder, "node_modules");
        if (!Directory.Exists(Path.Combine(modules, "aedes")))
        {
            Directory.CreateDirectory(folder);
            (await Command.RunAsync(
                "npm", ["install", "--no-audit", "--no-fund", "--prefix", folder, $"aedes@{Version}"])).OrThrow();
        }

        return modules;
    }
}
