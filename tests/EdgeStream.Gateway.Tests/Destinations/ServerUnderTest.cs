using System.Net;
using System.Text;
using EdgeStream.Mqtt;
using EdgeStream.Testing;

namespace EdgeStream.Gateway.Tests.Destinations;

/// <summary>An MQTT server in this process behind a network that can be cut; it decides as a test says, and remembers
/// what was published to it.</summary>
internal sealed class ServerUnderTest : IMqttPublishHandler, IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly List<PublishedRecord> _received = [];
    private readonly MqttBrokerOptions _options;
    private MqttBroker _broker = null!;
    private MqttSocketServer _server = null!;
    private int _port;

    private ServerUnderTest(MqttBrokerOptions options) => _options = options;

    /// <summary>What lies between.</summary>
    public CutLink Network { get; private set; } = null!;

    /// <summary>What was handed over so far, in its order.</summary>
    public IReadOnlyList<PublishedRecord> Received
    {
        get
        {
            lock (_gate)
            {
                return [.. _received];
            }
        }
    }

    /// <summary>The sequence numbers of these.</summary>
    public IEnumerable<long> Sequences => Received.Select(record => record.Sequence);

    /// <summary>What becomes of a message.</summary>
    public Func<PublishedRecord, PublishReceipt> Decide { get; set; } = static _ => PublishReceipt.Accepted;

    public static ServerUnderTest Start(MqttBrokerOptions? options = null)
    {
        var server = new ServerUnderTest(options ?? new MqttBrokerOptions());
        server.Open();
        server.Network = new CutLink(server._port);
        return server;
    }

    /// <summary>Another server in its place, which knows nothing of the old one's sessions.</summary>
    public async Task ReplaceAsync()
    {
        await CloseAsync();
        Open();
    }

    /// <inheritdoc/>
    public PublishReceipt Publish(in MqttPublication publication)
    {
        publication.Properties.TryGetUserProperty("edgestream-id"u8, out var id);
        publication.Properties.TryGetUserProperty("edgestream-key"u8, out var key);
        publication.Properties.TryGetUserProperty("edgestream-historical"u8, out var historical);
        var record = new PublishedRecord(
            Encoding.UTF8.GetString(id), Encoding.UTF8.GetString(key), publication.GetTopicString(),
            Encoding.UTF8.GetString(publication.Payload))
        {
            Historical = Encoding.UTF8.GetString(historical),
        };
        lock (_gate)
        {
            _received.Add(record);
        }

        return Decide(record);
    }

    public async ValueTask DisposeAsync()
    {
        Network.Dispose();
        await CloseAsync();
    }

    private void Open()
    {
        _broker = new MqttBroker(this, _options);
        _broker.Start();
        _server = MqttSocketServer.Start(
            new IPEndPoint(IPAddress.Loopback, _port), new MqttListener(_broker, new MqttListenerOptions()));
        _port = ((IPEndPoint)_server.EndPoint).Port;
    }

    private async Task CloseAsync()
    {
        await _broker.DisposeAsync();
        await _server.DisposeAsync();
    }
}
