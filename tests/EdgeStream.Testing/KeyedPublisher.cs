using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace EdgeStream.Testing;

/// <summary>A device that never gives up: publishes numbered messages with QoS 1 and sends what was not acknowledged
/// again.</summary>
/// <remarks>
/// Keeps a window of messages in flight over several topics. When the connection breaks it connects again with the same
/// session and first sends every unacknowledged message again, in order, with DUP set, as MQTT 3.1.1 §4.4 asks. It
/// remembers every message, so a run is bounded by its caller. One <see cref="RunAsync"/> at a time.
/// </remarks>
public sealed class KeyedPublisher(int port, string name, int topicCount, int window)
{
    private static readonly TimeSpan ReconnectDelay = TimeSpan.FromMilliseconds(20);

    private readonly List<KeyedMessage> _messages = [];
    private readonly Queue<KeyedMessage> _unacknowledged = new();
    private readonly int[] _numbers = new int[topicCount];
    private int _acknowledgedCount;
    private ushort _packetId;

    /// <summary>Every message so far, in the order in which it was first sent. Read it when no run is under
    /// way.</summary>
    public IReadOnlyList<KeyedMessage> Messages => _messages;

    /// <summary>How many messages are acknowledged. May be read at any time.</summary>
    public int AcknowledgedCount => Volatile.Read(ref _acknowledgedCount);

    /// <summary>The topics it publishes to.</summary>
    public IEnumerable<string> Topics => Enumerable.Range(0, topicCount).Select(Topic);

    /// <summary>Publishes, through any number of broken connections, until it is told to stop.</summary>
    /// <param name="stopping">
    /// Ends the run at once; what is in flight stays unacknowledged for the next. Cancel it while the gateway is down,
    /// so that
    /// nothing of an abandoned connection can still arrive behind what the next one sends.
    /// </param>
    /// <exception cref="IOException">The gateway broke the protocol: it acknowledged what was not sent, or out of
    /// order.</exception>
    public async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                using var connection = await QosOneConnection.ConnectAsync(port, name, cleanSession: false, stopping);
                await PublishAsync(connection, hasNew: true, stopping);
            }
            catch (Exception error) when (IsBrokenConnection(error) || stopping.IsCancellationRequested)
            {
                // The gateway was killed, or is not back yet.
                await Task.Delay(ReconnectDelay, CancellationToken.None);
            }
        }
    }

    /// <summary>Sends what is unacknowledged again and returns when everything is acknowledged.</summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        using var connection = await QosOneConnection.ConnectAsync(port, name, cleanSession: false, cancellationToken);
        await PublishAsync(connection, hasNew: false, cancellationToken);
    }

    private static bool IsBrokenConnection(Exception error) =>
        error is SocketException or IOException && error is not ProtocolViolationException;

    private string Topic(int index) => string.Create(CultureInfo.InvariantCulture, $"crash/{name}/{index}");

    private async Task PublishAsync(QosOneConnection connection, bool hasNew, CancellationToken stopping)
    {
        foreach (var message in _unacknowledged)
        {
            Send(connection, message);
        }

        var acks = new ushort[window];
        while (hasNew || _unacknowledged.Count > 0)
        {
            while (hasNew && _unacknowledged.Count < window)
            {
                Send(connection, Next());
            }

            await connection.FlushAsync(stopping);
            var count = await connection.ReceiveAcksAsync(acks, stopping);
            for (var index = 0; index < count; index++)
            {
                Acknowledge(acks[index]);
            }
        }
    }

    private static void Send(QosOneConnection connection, KeyedMessage message)
    {
        connection.Add(message.PacketId, message.SentCount > 0, message.TopicBytes, message.Payload);
        message.SentCount++;
    }

    private KeyedMessage Next()
    {
        var index = _messages.Count % topicCount;
        var number = ++_numbers[index];
        var topic = Topic(index);
        _packetId = (ushort)(_packetId == ushort.MaxValue ? 1 : _packetId + 1);
        var message = new KeyedMessage(topic, number)
        {
            PacketId = _packetId,
            TopicBytes = Encoding.UTF8.GetBytes(topic),
            Payload = Encoding.UTF8.GetBytes(string.Create(
                CultureInfo.InvariantCulture, $$"""{"number":{{number}},"value":{{number % 100}},"unit":"celsius"}""")),
        };
        _messages.Add(message);
        _unacknowledged.Enqueue(message);
        return message;
    }

    /// <summary>MQTT 3.1.1 [MQTT-4.6.0-2]: a server acknowledges QoS 1 messages in the order in which they
    /// came.</summary>
    private void Acknowledge(ushort packetId)
    {
        if (!_unacknowledged.TryPeek(out var message) || message.PacketId != packetId)
        {
            throw new ProtocolViolationException(
                $"PUBACK {packetId} came where {(message is null ? "none" : message.PacketId)} was due.");
        }

        message.IsAcknowledged = true;
        _unacknowledged.Dequeue();
        Volatile.Write(ref _acknowledgedCount, _acknowledgedCount + 1);
    }
}
