using System.Buffers;
using System.Globalization;
using System.Text;
using EdgeStream.Delivery;
using EdgeStream.Gateway.Config;
using EdgeStream.Gateway.Destinations;
using EdgeStream.Mqtt;
using EdgeStream.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeStream.Gateway.Tests.Destinations;

/// <summary>A delivery's destination, and objects of records whose data is their sequence number.</summary>
internal sealed class DestinationUnderTest : IDisposable
{
    /// <summary>What ids begin with.</summary>
    public const string Series = "0a1b2c3d-shardId-000000000000";

    private readonly IDestination _destination;
    private readonly bool _canReject;
    private readonly Func<int, string> _keyOf;

    /// <summary>Objects by their names: what is sent again is the same one.</summary>
    private readonly Dictionary<string, DeliveryObject> _objects = new(StringComparer.Ordinal);

    public DestinationUnderTest(
        int port,
        int qos = 1,
        int sendMaximum = 100,
        MqttVersion version = MqttVersion.V500,
        TimeSpan? timeout = null,
        TimeProvider? time = null,
        string topic = "to/{stream}/{key}",
        bool canReject = false,
        Func<int, string>? keyOf = null)
    {
        _canReject = canReject;
        _keyOf = keyOf ?? (static number => string.Create(CultureInfo.InvariantCulture, $"key-{number % 3}"));
        var options = new MqttDestinationOptions
        {
            Link = new MqttLinkConfig
            {
                Host = "127.0.0.1",
                Port = port,
                Tls = null,
                Version = version,
                ClientId = "gateway",
                UserName = null,
                Password = null,
                KeepAlive = TimeSpan.FromMinutes(10),
                SessionExpiry = TimeSpan.FromHours(1),
                ConnectTimeout = Poll.DefaultDeadline,
                ReconnectMax = TimeSpan.FromMilliseconds(100),
            },
            Topic = topic,
            Qos = (MqttQos)qos,
            Retain = false,
            IsLinePayload = false,
            SendMaximum = sendMaximum,
            Timeout = timeout ?? Poll.DefaultDeadline,
        };
        _destination = options.Open(
            "up", WireMeter.Unlimited(time ?? TimeProvider.System), time ?? TimeProvider.System, NullLogger.Instance);
    }

    /// <summary>Sends an object of so many records of three keys, the first of them with this number.</summary>
    public Task<SendResult> SendAsync(int count, int first = 1, int shard = 0) =>
        SendAsync(first, shard, Enumerable.Range(first, count).Select(number => $"{number}"));

    /// <summary>Sends an object of records with this data, numbered from 1.</summary>
    public Task<SendResult> SendDataAsync(params string[] data) => SendAsync(1, 0, data);

    public void Dispose() => _destination.Dispose();

    private Task<SendResult> SendAsync(int first, int shard, IEnumerable<string> data)
    {
        var lines = new StringBuilder();
        var number = first;
        foreach (var text in data)
        {
            lines.Append(CultureInfo.InvariantCulture, $$"""
                {"stream":"readings","shard":"shardId-{{shard:D12}}","sequence":{{number}},"key":"{{_keyOf(number)}}",
                """).Append("""
                "eventTime":"2026-01-01T00:00:00.000Z","arrivalTime":"2026-01-01T00:00:00.000Z","data":
                """).Append(text).Append("}\n");
            number++;
        }

        var name = string.Create(CultureInfo.InvariantCulture,
            $"2026/01/01/00/up-0a1b2c3d-shardId-{shard:D12}-{first:D20}-{number - 1:D20}.jsonl");
        var content = new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(lines.ToString()));
        if (!_objects.TryGetValue(name, out var item))
        {
            item = new DeliveryObject(name, "application/x-ndjson", content)
            {
                Records = new RecordProgress(_canReject),
            };
            _objects.Add(name, item);
        }

        return _destination.SendAsync(item, default).AsTask();
    }
}
