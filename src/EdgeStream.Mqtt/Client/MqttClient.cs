using System.Buffers;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeStream.Mqtt;

/// <summary>A connection to an MQTT 3.1.1 or 5.0 server.</summary>
/// <remarks>Thread-safe; publishes may overlap and are sent in the order of the calls. It doesn't reconnect: when
/// <see cref="Closed"/> completes, make a new one.</remarks>
public sealed class MqttClient : IAsyncDisposable
{
    private const int TickMs = 1000;

    private static readonly SocketConnectionContextFactory Transports =
        new(new SocketConnectionFactoryOptions(), NullLogger.Instance);

    private readonly MqttClientOptions _options;
    private readonly ConnectionContext _transport;
    private readonly PacketSender _sender;
    private readonly PendingRequests _pending = new();
    private readonly ClientReceiver _receiver;
    private readonly SemaphoreSlim _roomGate = new(1);
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private SemaphoreSlim _window;
    private ITimer? _timer;
    private TaskCompletionSource? _ping;
    private long _lastSent;
    private long _pingSent;
    private int _keepAliveSeconds;
    private bool _isDisconnecting;

    private MqttClient(MqttClientOptions options, ConnectionContext transport)
    {
        _options = options;
        _transport = transport;
        _sender = new PacketSender(transport.Transport.Output);
        _window = new SemaphoreSlim(options.SendMaximum);
        _receiver = new ClientReceiver(options, _sender, _pending, OnPingAnswered);
        _keepAliveSeconds = options.KeepAliveSeconds;
        ClientId = options.ClientId;
    }

    /// <summary>The client identifier, the server's choice where the options left it open.</summary>
    public string ClientId { get; private set; }

    /// <summary>Whether the server had a session for the client identifier.</summary>
    public bool IsSessionPresent { get; private set; }

    /// <summary>Completes when the connection is over; fails where it was lost or the server said why.</summary>
    public Task Closed => _closed.Task;

    /// <summary>Connects and waits for the server's CONNACK.</summary>
    /// <param name="host">A name or address.</param>
    /// <param name="port">The TCP port, usually 1883.</param>
    /// <param name="options">How to connect.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>A connected client.</returns>
    /// <exception cref="MqttProtocolException">The server refused, and says why.</exception>
    /// <exception cref="IOException">The connection ended before an answer came.</exception>
    /// <exception cref="SocketException">The server can't be reached.</exception>
    /// <exception cref="OperationCanceledException">Cancelled, or no answer in time.</exception>
    public static async Task<MqttClient> ConnectAsync(
        string host, int port, MqttClientOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(options.ConnectTimeout);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(host, port, timeout.Token).ConfigureAwait(false);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        var client = new MqttClient(options, Transports.Create(socket));
        try
        {
            await client.OpenAsync(timeout.Token).ConfigureAwait(false);
            return client;
        }
        catch
        {
            await client.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Publishes a message.</summary>
    /// <param name="message">Its payload is copied during the call, unless the call has to wait for room.</param>
    /// <param name="cancellationToken">Gives up waiting for room; a message that is sent is not taken back.</param>
    /// <returns>At QoS 0 completes when it is handed to the connection; at QoS 1 with PUBACK, at QoS 2 with PUBCOMP.
    /// The
    /// reason is the server's: 0x80 and above is a refusal (5.0).</returns>
    /// <exception cref="IOException">The connection ended first: the message may or may not have arrived.</exception>
    /// <exception cref="ArgumentException">The topic is not a topic name.</exception>
    public async Task<MqttReasonCode> PublishAsync(MqttMessage message, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        byte[] topic = Encoding.UTF8.GetBytes(message.Topic);
        if (!Topics.IsPublishable(topic))
        {
            throw new ArgumentException($"'{message.Topic}' is not a topic name.", nameof(message));
        }

        if (!_sender.HasRoom)
        {
            await WaitForRoomAsync(cancellationToken).ConfigureAwait(false);
        }

        if (message.Qos == MqttQos.AtMostOnce)
        {
            WritePublish(message, topic, 0);
            return MqttReasonCode.Success;
        }

        await _window.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            PacketType answer = message.Qos == MqttQos.AtLeastOnce ? PacketType.Puback : PacketType.Pubrec;
            ushort packetId = _pending.Add(answer, out Task<MqttReasonCode[]> answered);
            WritePublish(message, topic, packetId);
            return (await answered.ConfigureAwait(false))[0];
        }
        finally
        {
            _window.Release();
        }
    }

    /// <summary>Publishes a message.</summary>
    /// <inheritdoc cref="PublishAsync(MqttMessage, CancellationToken)"/>
    /// <param name="topic">The topic name.</param>
    /// <param name="payload">The payload.</param>
    /// <param name="qos">The quality of service.</param>
    /// <param name="retain">Whether it becomes its topic's retained message.</param>
    /// <param name="cancellationToken">Gives up waiting for room.</param>
    public Task<MqttReasonCode> PublishAsync(
        string topic,
        ReadOnlyMemory<byte> payload,
        MqttQos qos = MqttQos.AtMostOnce,
        bool retain = false,
        CancellationToken cancellationToken = default) =>
        PublishAsync(
            new MqttMessage { Topic = topic, Payload = payload, Qos = qos, Retain = retain }, cancellationToken);

    /// <summary>Subscribes to a topic filter and waits for SUBACK.</summary>
    /// <param name="filter">The topic filter.</param>
    /// <param name="qos">The highest QoS that messages are to come with.</param>
    /// <param name="noLocal">Whether one's own messages stay away (5.0 only).</param>
    /// <param name="retainAsPublished">Whether the retain flag comes as it was published (5.0 only).</param>
    /// <param name="retainHandling">When retained messages come (5.0 only).</param>
    /// <returns>The granted QoS, or a failure of 0x80 and above.</returns>
    /// <exception cref="IOException">The connection ended first.</exception>
    public async Task<MqttReasonCode> SubscribeAsync(
        string filter,
        MqttQos qos = MqttQos.AtMostOnce,
        bool noLocal = false,
        bool retainAsPublished = false,
        MqttRetainHandling retainHandling = MqttRetainHandling.Send)
    {
        ushort packetId = _pending.Add(PacketType.Suback, out Task<MqttReasonCode[]> answered);
        SubscriptionRequest[] requests = [new(filter, qos, noLocal, retainAsPublished, retainHandling)];
        Write(output => SubscribePacket.Write(output, packetId, requests, _options.Version));
        MqttReasonCode[] reasons = await answered.ConfigureAwait(false);
        return reasons.Length > 0 ? reasons[0] : MqttReasonCode.UnspecifiedError;
    }

    /// <summary>Ends a subscription and waits for UNSUBACK.</summary>
    /// <param name="filter">The topic filter.</param>
    /// <returns>Success, or why not (5.0).</returns>
    /// <exception cref="IOException">The connection ended first.</exception>
    public async Task<MqttReasonCode> UnsubscribeAsync(string filter)
    {
        ushort packetId = _pending.Add(PacketType.Unsuback, out Task<MqttReasonCode[]> answered);
        Write(output => UnsubscribePacket.Write(output, packetId, [filter], _options.Version));
        MqttReasonCode[] reasons = await answered.ConfigureAwait(false);
        return reasons.Length > 0 ? reasons[0] : MqttReasonCode.Success;
    }

    /// <summary>Sends PINGREQ and waits for PINGRESP.</summary>
    /// <returns>Completes with the answer.</returns>
    /// <exception cref="IOException">The connection ended first.</exception>
    public Task PingAsync()
    {
        var fresh = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource ping = Interlocked.CompareExchange(ref _ping, fresh, null) ?? fresh;
        if (ReferenceEquals(ping, fresh))
        {
            Volatile.Write(ref _pingSent, _options.Time.GetTimestamp());
            Write(static output => PingPacket.Write(output, PacketType.Pingreq));
        }

        if (_closed.Task.IsCompleted)
        {
            ping.TrySetException(new IOException("The MQTT connection is over."));
        }

        return ping.Task;
    }

    /// <summary>Sends DISCONNECT and closes; the server drops the will.</summary>
    /// <returns>Completes when the connection is over.</returns>
    public async Task DisconnectAsync()
    {
        _isDisconnecting = true;
        Write(output => DisconnectPacket.Write(output, _options.Version, MqttReasonCode.Success, null, 0));
        _sender.Complete();
        await _closed.Task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Closes the connection without DISCONNECT: the server publishes the will.</summary>
    public void Abort() => _transport.Abort();

    /// <summary>Closes the connection without DISCONNECT, unless that was sent, and frees it.</summary>
    /// <returns>Completes when it is freed.</returns>
    public async ValueTask DisposeAsync()
    {
        _timer?.Dispose();
        _sender.Complete();
        _transport.Abort();
        await _transport.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Pings where nothing was sent for a while, and gives up where no answer came. Called by the
    /// timer.</summary>
    public void Tick()
    {
        if (_keepAliveSeconds == 0 || _closed.Task.IsCompleted)
        {
            return;
        }

        var keepAlive = TimeSpan.FromSeconds(_keepAliveSeconds);
        if (_ping is not null && _options.Time.GetElapsedTime(Volatile.Read(ref _pingSent)) > keepAlive)
        {
            _transport.Abort(new ConnectionAbortedException("The server didn't answer PINGREQ within the keep-alive."));
        }
        else if (_ping is null && _options.Time.GetElapsedTime(Volatile.Read(ref _lastSent)) > keepAlive / 2)
        {
            _ = PingAsync();
        }
    }

    private async Task OpenAsync(CancellationToken cancellationToken)
    {
        Write(output => ConnectPacket.Write(output, _options));
        _ = RunAsync();
        ConnackPacket answer = await _receiver.Connected.WaitAsync(cancellationToken).ConfigureAwait(false);
        if (answer.Reason != MqttReasonCode.Success)
        {
            throw new MqttProtocolException(
                answer.Reason, $"The server refused the connection: {answer.Reason} {answer.ReasonString}".TrimEnd());
        }

        IsSessionPresent = answer.IsSessionPresent;
        ClientId = answer.AssignedClientId ?? ClientId;
        _keepAliveSeconds = answer.ServerKeepAliveSeconds ?? _keepAliveSeconds;
        _window = new SemaphoreSlim(Math.Min(_options.SendMaximum, answer.ReceiveMaximum));
        var period = TimeSpan.FromMilliseconds(TickMs);
        _timer = _options.Time.CreateTimer(static client => ((MqttClient)client!).Tick(), this, period, period);
    }

    private async Task RunAsync()
    {
        Task sending = _sender.RunAsync();
        Exception? failure = null;
        try
        {
            await _receiver.RunAsync(_transport.Transport.Input).ConfigureAwait(false);
            failure = _isDisconnecting ? null : new IOException("The server closed the connection.");
        }
        catch (Exception e)
        {
            // Whatever ended it, the receiver's own callback included, is what Closed and open requests tell.
            failure = _isDisconnecting ? null : e;
        }

        Exception end = failure ?? new IOException("The client has disconnected.");
        _receiver.Fail(end);
        _pending.Fail(end);
        Interlocked.Exchange(ref _ping, null)?.TrySetException(new IOException("The MQTT connection is over.", end));
        _sender.Complete();
        _transport.Abort();
        await sending.ConfigureAwait(false);
        await _transport.Transport.Input.CompleteAsync().ConfigureAwait(false);
        await _transport.Transport.Output.CompleteAsync().ConfigureAwait(false);
        if (failure is null)
        {
            _closed.TrySetResult();
        }
        else
        {
            _closed.TrySetException(failure);
            _ = _closed.Task.Exception;
        }
    }

    private void WritePublish(MqttMessage message, byte[] topic, ushort packetId)
    {
        byte[] properties = _options.Version == MqttVersion.V500 ? message.EncodeProperties() : [];
        var packet = new PublishWriter
        {
            Version = _options.Version,
            Qos = message.Qos,
            Retain = message.Retain,
            PacketId = packetId,
            Topic = topic,
            Payload = message.Payload.Span,
            ForwardedProperties = properties,
            ExpirySeconds = message.ExpirySeconds,
        };
        using (PacketSender.Scope scope = _sender.Begin())
        {
            if (scope.Output is not { } output)
            {
                throw new IOException("The MQTT connection is over.");
            }

            packet.Write(output);
        }

        Volatile.Write(ref _lastSent, _options.Time.GetTimestamp());
        _sender.Wake();
    }

    private void Write(Action<IBufferWriter<byte>> write)
    {
        using (PacketSender.Scope scope = _sender.Begin())
        {
            if (scope.Output is { } output)
            {
                write(output);
            }
        }

        Volatile.Write(ref _lastSent, _options.Time.GetTimestamp());
        _sender.Wake();
    }

    private async Task WaitForRoomAsync(CancellationToken cancellationToken)
    {
        await _roomGate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            while (!_sender.HasRoom)
            {
                await _sender.WaitForRoomAsync().ConfigureAwait(false);
            }
        }
        finally
        {
            _roomGate.Release();
        }
    }

    private void OnPingAnswered() => Interlocked.Exchange(ref _ping, null)?.TrySetResult();
}
