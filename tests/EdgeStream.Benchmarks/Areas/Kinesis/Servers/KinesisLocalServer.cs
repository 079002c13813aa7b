using System.Globalization;
using EdgeStream.Benchmarks.Measuring;
using EdgeStream.Testing;

namespace EdgeStream.Benchmarks.Areas.Kinesis.Servers;

/// <summary>kinesis-local (kinesis-mock) on Node.js, in memory, with as many shards as it is asked for.</summary>
internal static class KinesisLocalServer
{
    private const string Version = "0.6.2";

    /// <summary>It cannot be told an address and would open its ports to the network.</summary>
    private const string Loopback = """
        const { Server } = require('node:net');
        const listen = Server.prototype.listen;
        Server.prototype.listen = function (first, ...rest) {
          return typeof first === 'object'
            ? listen.call(this, { ...first, host: '127.0.0.1' }, ...rest)
            : listen.call(this, { port: first, host: '127.0.0.1' }, ...rest.filter(one => typeof one === 'function'));
        };
        """;

    /// <summary>Starts it.</summary>
    public static async Task<IServerProcess> StartAsync(TemporaryFolder folder)
    {
        var package = await NodePackage.InstallAsync("kinesis-local", Version);
        var port = FreePort.Next();
        string[] variables =
        [
            string.Create(CultureInfo.InvariantCulture, $"KINESIS_MOCK_PLAIN_PORT={port}"),
            string.Create(CultureInfo.InvariantCulture, $"KINESIS_MOCK_TLS_PORT={FreePort.Next()}"),
            $"KINESIS_MOCK_CERT_PATH={package}/server.json",
            "SHARD_LIMIT=1000",
            "CREATE_STREAM_DURATION=0s",
            "REGISTER_STREAM_CONSUMER_DURATION=0s",
            "LOG_LEVEL=ERROR",
        ];
        return await PortServer.StartNodeAsync(
            port, variables, "--require", folder.Write("loopback.cjs", Loopback), $"{package}/main.js");
    }
}
