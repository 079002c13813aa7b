using System.Globalization;
using EdgeStream.Benchmarks.Areas.Kinesis.Load;
using EdgeStream.Benchmarks.Measuring;
using EdgeStream.Testing;

namespace EdgeStream.Benchmarks.Areas.Kinesis.Servers;

/// <summary>The gateway: verifies every signature, and answers when records are on the device.</summary>
internal sealed class GatewayServer : IServerProcess
{
    private readonly GatewayProcess _gateway;

    private GatewayServer(GatewayProcess gateway, int port)
    {
        _gateway = gateway;
        Port = port;
    }

    /// <inheritdoc/>
    public int Port { get; }

    /// <inheritdoc/>
    public int ProcessId => _gateway.Id;

    /// <summary>Starts it with one key.</summary>
    public static async Task<IServerProcess> StartAsync(TemporaryFolder folder)
    {
        var port = FreePort.Next();
        var config = QuietGateway.Config + string.Create(CultureInfo.InvariantCulture, $"""
            kinesis:
              enabled: true
              port: {port}
              credentials:
                - accessKeyId: {RequestSigner.AccessKeyId}
                  secretAccessKey: {RequestSigner.SecretAccessKey}

            """);
        return new GatewayServer(await GatewayProcess.StartReadyAsync(QuietGateway.Launch(folder, config)), port);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _gateway.DisposeAsync();
}
