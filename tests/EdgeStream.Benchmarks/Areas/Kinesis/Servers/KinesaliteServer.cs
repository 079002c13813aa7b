using System.Globalization;
using EdgeStream.Benchmarks.Measuring;
using EdgeStream.Testing;

namespace EdgeStream.Benchmarks.Areas.Kinesis.Servers;

/// <summary>kinesalite on Node.js, in memory, with as many shards as it is asked for.</summary>
internal static class KinesaliteServer
{
    private const string Version = "3.3.3";

    /// <summary>Starts it.</summary>
    public static async Task<IServerProcess> StartAsync(TemporaryFolder folder)
    {
        var package = await NodePackage.InstallAsync("kinesalite", Version);
        var port = FreePort.Next();
        var program = folder.Write("kinesalite.cjs", string.Create(CultureInfo.InvariantCulture, $$"""
            require('{{package}}')({ shardLimit: 1000, createStreamMs: 0 }).listen({{port}}, '127.0.0.1');
            """));
        return await PortServer.StartNodeAsync(port, [], program);
    }
}
