using System.Globalization;
using EdgeStream.Testing;

namespace EdgeStream.Benchmarks.Areas.Ingest;

/// <summary>Mosquitto on 127.0.0.1, without persistence and with its limits lifted.</summary>
internal sealed class MosquittoBroker : IAsyncDisposable
{
    private const string Program = "/usr/sbin/mosquitto";

    private readonly BackgroundCommand _process;

    private MosquittoBroker(BackgroundCommand process, int port)
    {
        _process = process;
        Port = port;
    }

    /// <summary>Its port.</summary>
    public int Port { get; }

    /// <summary>Starts the broker and waits until it accepts clients.</summary>
    public static async Task<MosquittoBroker> StartAsync(TemporaryFolder folder)
    {
        var port = FreePort.Next();
        var config = folder.Write("mosquitto.conf", string.Create(CultureInfo.InvariantCulture, $"""
            listener {port} 127.0.0.1
            allow_anonymous true
            persistence false
            set_tcp_nodelay true
            max_inflight_messages 0
            max_queued_messages 0
            """));
        var broker = new MosquittoBroker(BackgroundCommand.Start(Program, "-c", config), port);
        await Poll.UntilAsync(broker.AcceptsAsync, state: broker._process.Output.ToString);
        return broker;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private async Task<bool> AcceptsAsync()
    {
        try
        {
            using var connection = await QosOneConnection.ConnectAsync(Port, "probe", cleanSession: true);
            return true;
        }
        catch (System.Net.Sockets.SocketException)
        {
            return false;
        }
    }
}
