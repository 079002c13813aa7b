using System.Buffers;
using System.Net.Sockets;
using System.Text;

namespace EdgeStream.Mqtt;

/// <summary>A connection to an MQTT 3.1.1 or 5.0 server.</summary>
/// <remarks>Thread-safe; publishes may overlap and are sent in the order of the calls. It doesn't reconnect: when
/// <see cref="Closed"/> completes, make a new one, or let <see cref="MqttReconnectingClient"/> do it.</remarks>
public sealed class MqttClient : IAsyncDisposable
{
    private const int TickMs = 1000;

    /// <summary>How long a goodbye may take to reach the network, and the server to answer it by closing.</summary>
    private static readonly TimeSpan FarewellTime = TimeSpan.FromSeconds(2);

    private readonly MqttClientOptions _options;
    private readonly ClientTransport _transport;
    private readonly MqttClientSession _session;
    private readonly PacketSender _sender;
    private readonly PendingRequests _pending;
    private readonly ClientAcknowledgements _acknowledgements;
    private readonly ClientReceiver _receiver;
    private readonly ClientAuthentication? _authentication;
    private readonly CancellationTokenSource _closing = new();
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ITimer? _timer;
    private TaskCompletionSource? _ping;
    private Exception? _endCause;
    private long _lastSent;
    private long _pingSent;
    private int _keepAliveSeconds;
    private volatile bool _isDisconnecting;

    private MqttClient(MqttClientOptions options, ClientTransport transport)
    {
        _options = options;
        _transport = transport;
        _session = options.Session ?? new MqttClientSession(options.SendMaximum);
        _sender = new PacketSender(transport.Pipe.Output);
        _pending = new PendingRequests(_session.Ids);
        _acknowledgements = new ClientAcknowledgements(_sender, _session, options, Fail);
        _authentication = options is { Version: MqttVersion.V500, Authentication: { } authentication }
            ? new ClientAuthentication(authentication, _sender, _closing.Token)
            : null;
        _receiver = new ClientReceiver(
            options, _session, _sender, _pending, _acknowledgements, OnPingAnswered, _closing.Token)
        {
            Accepted = OnAnswered,
            Authentication = _authentication,
        };
        _keepAliveSeconds = options.KeepAliveSeconds;
        ClientId = options.ClientId;
    }

    /// <summary>The client identifier, the server's choice where the options left it open.</summary>
    public string ClientId { get; private set; }

    /// <summary>Whether the server had a session for the client identifier.</summary>
    public bool IsSessionPresent { get; private set; }

    /// <summary>What the topics of answers to this client should begin with; null where it was not asked for or the
    /// server doesn't say (5.0).</summary>
    public string? ResponseInformation { get; private set; }

    /// <summary>Messages received whose acknowledgement has not gone out yet.</summary>
    public int UnacknowledgedMessages => _acknowledgements.Count;

    /// <summary>Completes when the connection is over; fails where it was lost or the server said why.</summary>
    public Task Closed => _closed.Task;

    /// <summary>Connects and waits for the server's CONNACK.</summary>
    /// <param name="host">A name or address.</param>
    /// <param name="port">The TCP port, usually 1883.</param>
    /// <param name="options">How to connect.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>A connected client.</returns>
    /// <exception cref="MqttProtocolException">The server refused, and says why.</exception>
    /// <exception cref="IOException">TLS can't be had, or the connection ended before an answer came.</exception>
    /// <exception cref="SocketException">The server can't be reached.</exception>
    /// <exception cref="OperationCanceledException">Cancelled, or no answer in time.</exception>
    public static async Task<MqttClient> ConnectAsync(
        string host, int port, MqttClientOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options is { Version: MqttVersion.V311, ClientId: "", CleanStart: false })
        {
            // [MQTT-3.1.3-7] of 3.1.1.
            throw new ArgumentException("A session needs a client identifier to be kept by.", nameof(options));
        }

        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(options.ConnectTimeout);
        ClientTransport transport =
            await ClientTransport.ConnectAsync(host, port, options.Tls, options.WebSocketPath, timeout.Token)
                .ConfigureAwait(false);
        var client = new MqttClient(options, transport);
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
    /// <param name="message">Its payload stays as it is until the task completes.</param>
    /// <param name="cancellationToken">Gives up waiting for room; a message that is sent is not taken back.</param>
    /// <returns>At QoS 0 completes when it is handed to the connection; at QoS 1 with PUBACK, at QoS 2 with PUBCOMP.
    /// The reason is the server's: 0x80 and above is a refusal (5.0). What the server said at the connect that it
    /// doesn't take (its QoS, retained at all, a packet as large) is refused with that reason without being
    /// sent.</returns>
    /// <exception cref="IOException">The connection ended first: the message may or may not have arrived. With a
    /// <see cref="MqttClientSession"/>, at QoS 1 and 2, only when the server has forgotten the session or this one was
    /// given up.</exception>
    /// <exception cref="ArgumentException">The topic is not a topic name.</exception>
    public async Task<MqttReasonCode> PublishAsync(MqttMessage message, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        byte[] topic = Encoding.UTF8.GetBytes(message.Topic);
        if (!Topics.IsPublishable(topic))
        {
            throw new ArgumentException($"'{message.Topic}' is not a topic name.", nameof(message));
        }

        Volatile.Write(ref _lastSent, _options.Time.GetTimestamp());
        return await _session.Outbound.PublishAsync(message, topic, cancellationToken).ConfigureAwait(false);
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

    /// <summary>Subscribes to topic filters in one request and waits for SUBACK.</summary>
    /// <param name="subscriptions">The topic filters; at least one.</param>
    /// <param name="identifier">What each message that comes by them is marked with, 1 to 268,435,455; zero for nothing
    /// (5.0 only).</param>
    /// <param name="userProperties">Names and values that the server is told (5.0 only).</param>
    /// <returns>For each of them in order the granted QoS, or a failure of 0x80 and above.</returns>
    /// <exception cref="IOException">The connection ended first.</exception>
    /// <exception cref="ArgumentException">There is no filter, or the identifier is out of its range.</exception>
    public async Task<IReadOnlyList<MqttReasonCode>> SubscribeAsync(
        IReadOnlyList<MqttTopicSubscription> subscriptions,
        int identifier = 0,
        IReadOnlyList<MqttUserProperty>? userProperties = null)
    {
        ArgumentNullException.ThrowIfNull(subscriptions);
        ArgumentOutOfRangeException.ThrowIfZero(subscriptions.Count, nameof(subscriptions));
        ArgumentOutOfRangeException.ThrowIfNegative(identifier);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(identifier, WireSize.VariableByteIntegerMax);
        var requests = new SubscriptionRequest[subscriptions.Count];
        for (int i = 0; i < requests.Length; i++)
        {
            requests[i] = subscriptions[i].Request;
        }

        ushort packetId = _pending.Add(PacketType.Suback, out Task<MqttReasonCode[]> answered);
        Write(output =>
            SubscribePacket.Write(output, packetId, requests, _options.Version, identifier, userProperties));
        return await answered.ConfigureAwait(false);
    }

    /// <summary>Ends a subscription and waits for UNSUBACK.</summary>
    /// <param name="filter">The topic filter.</param>
    /// <param name="userProperties">Names and values that the server is told (5.0 only).</param>
    /// <returns>Success, or why not (5.0).</returns>
    /// <exception cref="IOException">The connection ended first.</exception>
    public async Task<MqttReasonCode> UnsubscribeAsync(
        string filter, IReadOnlyList<MqttUserProperty>? userProperties = null)
    {
        ushort packetId = _pending.Add(PacketType.Unsuback, out Task<MqttReasonCode[]> answered);
        Write(output => UnsubscribePacket.Write(output, packetId, [filter], _options.Version, userProperties));
        MqttReasonCode[] reasons = await answered.ConfigureAwait(false);
        return reasons.Length > 0 ? reasons[0] : MqttReasonCode.Success;
    }

    /// <summary>Proves anew who the client is, with the method of the connect (5.0 only).</summary>
    /// <returns>Completes when the server accepts; it ends the connection where it doesn't.</returns>
    /// <exception cref="InvalidOperationException">There is no <see cref="MqttClientOptions.Authentication"/>, or one
    /// is under way.</exception>
    /// <exception cref="IOException">The connection ended first.</exception>
    public Task ReauthenticateAsync()
    {
        if (_authentication is not { } authentication)
        {
            throw new InvalidOperationException("The client has connected without an authentication method.");
        }

        Task again = authentication.BeginAgain();
        if (_closed.Task.IsCompleted)
        {
            authentication.Fail(new IOException("The MQTT connection is over."));
        }

        return again;
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
    /// <returns>Completes when the connection is over, at the latest after two seconds.</returns>
    public Task DisconnectAsync() => DisconnectAsync(MqttReasonCode.Success);

    /// <summary>Sends DISCONNECT and closes. 3.1.1 has neither a reason nor the rest.</summary>
    /// <param name="reason">Why; with <see cref="MqttReasonCode.DisconnectWithWill"/> and failures the server publishes
    /// the will.</param>
    /// <param name="sessionExpirySeconds">How long the session is to be kept, where that is another time than at the
    /// connect; not where it was zero there.</param>
    /// <param name="userProperties">Names and values that the server is told.</param>
    /// <returns>Completes when the connection is over, at the latest after two seconds.</returns>
    public async Task DisconnectAsync(
        MqttReasonCode reason,
        uint? sessionExpirySeconds = null,
        IReadOnlyList<MqttUserProperty>? userProperties = null)
    {
        _isDisconnecting = true;
        Write(output => DisconnectPacket.WriteGoodbye(
            output, _options.Version, reason, sessionExpirySeconds, userProperties ?? []));
        _sender.Complete();
        await _closed.Task.WaitAsync(FarewellTime, _options.Time)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Fail(new IOException("The client has disconnected."));
        await _closed.Task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Takes no more messages, waits until those it took are acknowledged, then disconnects.</summary>
    /// <remarks>What comes meanwhile is left to the server, which sends it again to the next connection of a kept
    /// session.</remarks>
    /// <param name="timeLimit">How long to wait; what is not decided then comes again.</param>
    /// <returns>Completes when the connection is over.</returns>
    public async Task StopAsync(TimeSpan timeLimit)
    {
        _receiver.IsStopping = true;
        await _acknowledgements.WhenIdleAsync().WaitAsync(timeLimit, _options.Time)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await DisconnectAsync().ConfigureAwait(false);
    }

    /// <summary>Closes the connection without DISCONNECT: the server publishes the will.</summary>
    public void Abort() => Fail(new IOException("The client ended the connection."));

    /// <summary>Closes the connection without DISCONNECT, unless that was sent, and frees it.</summary>
    /// <returns>Completes when it is freed.</returns>
    public async ValueTask DisposeAsync()
    {
        _timer?.Dispose();
        _sender.Complete();
        Fail(new IOException("The client ended the connection."));
        await _closed.Task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        // The source of the closing token stays: it has no timer, and a late failure may still cancel it.
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
        bool isSilent = _options.Time.GetElapsedTime(Volatile.Read(ref _lastSent)) > keepAlive / 2;
        if (_receiver.IsHeld)
        {
            // The answers aren't read while the host has no room; the server still wants to hear from this client.
            Volatile.Write(ref _pingSent, _options.Time.GetTimestamp());
            if (isSilent)
            {
                Write(static output => PingPacket.Write(output, PacketType.Pingreq));
            }
        }
        else if (_ping is not null && _options.Time.GetElapsedTime(Volatile.Read(ref _pingSent)) > keepAlive)
        {
            Fail(new IOException("The server didn't answer PINGREQ within the keep-alive."));
        }
        else if (_ping is null && isSilent)
        {
            _ = PingAsync();
        }
    }

    private async Task OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            ReadOnlyMemory<byte> proof = _options.Authentication?.Begin() ?? default;
            Write(output => ConnectPacket.Write(output, _options, proof));
        }
        catch (Exception e)
        {
            // Nothing runs yet that would end it.
            _closed.TrySetException(e);
            _ = _closed.Task.Exception;
            throw;
        }

        _ = RunAsync();
        ConnackPacket answer = await _receiver.Connected.WaitAsync(cancellationToken).ConfigureAwait(false);
        if (answer.Reason != MqttReasonCode.Success)
        {
            throw ClientReceiver.Farewell(
                "The server refused the connection", answer.Reason, answer.ReasonString, answer.ServerReference);
        }

        var period = TimeSpan.FromMilliseconds(TickMs);
        _timer = _options.Time.CreateTimer(static client => ((MqttClient)client!).Tick(), this, period, period);
    }

    /// <summary>CONNACK came, and nothing behind it has been read yet.</summary>
    private void OnAnswered(ConnackPacket answer)
    {
        if (answer.Reason != MqttReasonCode.Success)
        {
            return;
        }

        if (answer.IsSessionPresent && _options.CleanStart)
        {
            Reject.ProtocolError("The server has a session although a clean start was asked for.");
        }

        if (answer.IsSessionPresent && !_session.HasBegun && !_options.TakesUnknownSession)
        {
            // [MQTT-3.2.2-4].
            throw new IOException(
                "The server has a session that this client knows nothing of. Connect with a clean start, or with "
                    + $"{nameof(MqttClientOptions.TakesUnknownSession)}.");
        }

        _authentication?.Connected(answer);
        _session.HasBegun = true;
        IsSessionPresent = answer.IsSessionPresent;
        ResponseInformation = answer.ResponseInformation;
        ClientId = answer.AssignedClientId ?? ClientId;

        // A server that never counts silence as the end still answers pings: the client's own measure holds then.
        _keepAliveSeconds = answer.ServerKeepAliveSeconds is > 0 and { } seconds ? seconds : _keepAliveSeconds;
        if (!answer.IsSessionPresent)
        {
            _session.Inbound.Clear();
        }

        _session.Outbound.Begin(_sender, new ServerTerms(answer, _options.Version), answer.IsSessionPresent);
    }

    private async Task RunAsync()
    {
        Task sending = _sender.RunAsync();
        _ = FailWithAsync(sending);
        Exception? failure = null;
        try
        {
            await _receiver.RunAsync(_transport.Pipe.Input).ConfigureAwait(false);
            failure = new IOException("The server closed the connection.");
        }
        catch (Exception e)
        {
            // Whatever ended it, the host's own failure included, is what Closed and open requests tell.
            failure = Interlocked.CompareExchange(ref _endCause, null, null) ?? e;
            TellWhy(e);
        }

        failure = _isDisconnecting ? null : failure;
        Exception end = failure ?? new IOException("The client has disconnected.");
        _receiver.Fail(end);
        _pending.Fail(end);
        _authentication?.Fail(end);
        _session.Outbound.End(end, isSessionKept: _options.Session is not null);
        Interlocked.Exchange(ref _ping, null)?.TrySetException(new IOException("The MQTT connection is over.", end));
        _sender.Complete();
        await _closing.CancelAsync().ConfigureAwait(false);
        await sending.WaitAsync(FarewellTime, _options.Time)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _transport.Abort();
        await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
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

    /// <summary>What can't be written ends the connection.</summary>
    private async Task FailWithAsync(Task sending)
    {
        try
        {
            await sending.ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Fail(e);
        }
    }

    /// <summary>A server that breaks the protocol is told so [MQTT-4.13.1-1].</summary>
    private void TellWhy(Exception failure)
    {
        if (failure is MqttProtocolException { IsFromPeer: false } broken
            && _options.Version == MqttVersion.V500 && _receiver.Connected.IsCompletedSuccessfully)
        {
            Write(output => DisconnectPacket.Write(output, _options.Version, broken.Reason, null, 0));
        }
    }

    /// <summary>Ends the connection; the first cause is the one that is told.</summary>
    private void Fail(Exception cause)
    {
        Interlocked.CompareExchange(ref _endCause, cause, null);
        if (!_closed.Task.IsCompleted)
        {
            _ = _closing.CancelAsync();
            _acknowledgements.WakeWaiter();
            _transport.Abort();
        }
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

    private void OnPingAnswered() => Interlocked.Exchange(ref _ping, null)?.TrySetResult();
}
