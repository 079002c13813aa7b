using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeStream.Mqtt;

/// <summary>An MQTT 3.1.1 and 5.0 server that acknowledges a message only when its host says that it is safe.</summary>
/// <remarks>Thread-safe. Start it before it serves, so that the sessions of the last run are there when their clients
/// come.</remarks>
public sealed class MqttBroker : IAsyncDisposable
{
    private const int TickMs = 1000;
    private const int HostLinesMax = 10;
    private const int HostLinesMs = 60_000;
    private const int RetainedExpiryTicks = 60;
    private const int DroppedLogMs = 60_000;
    private const int RejectedLinesMax = 10;

    [ThreadStatic]
    private static List<Delivery>? _threadDeliveries;

    private readonly ConcurrentDictionary<ServerConnection, bool> _connections = new();
    private readonly SessionLimits _limits;
    private readonly LineLimit _rejectedLines = new(RejectedLinesMax, DroppedLogMs);
    private readonly LineLimit _hostLines = new(HostLinesMax, HostLinesMs);
    private ITimer? _timer;
    private long _nextDroppedLogMs;
    private int _ticks;
    private int _isStopping;
    private MqttRedirection? _redirection;

    /// <param name="handler">Makes messages safe.</param>
    /// <param name="options">The bounds.</param>
    /// <param name="stateStore">Keeps sessions and retained messages across restarts; without it they live in
    /// memory.</param>
    /// <param name="time">The clock and timer.</param>
    /// <param name="logger">Gets the log.</param>
    /// <param name="authenticator">Decides who may do what; without it everyone may do everything.</param>
    public MqttBroker(
        IMqttPublishHandler handler,
        MqttBrokerOptions? options = null,
        IMqttStateStore? stateStore = null,
        TimeProvider? time = null,
        ILogger<MqttBroker>? logger = null,
        IMqttAuthenticator? authenticator = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        Handler = handler;
        Options = options ?? new MqttBrokerOptions();
        CheckOptions(Options);
        StateStore = stateStore;
        Authenticator = authenticator;
        Logger = logger ?? NullLogger<MqttBroker>.Instance;
        Time = time ?? TimeProvider.System;
        Clock = new BrokerClock(Time);
        Refusals = new MqttRefusals(Logger, Clock);
        ConnectBytes = new ByteBudget(Options.ConnectBytesTotalMax);
        Admission = new Admission(Options.ConnectionsMax, Options.ConnectionsPerAddressMax);
        Journal = new StateJournal(stateStore, Logger);
        StateClock = new StateClock(Clock, Journal);
        _limits = new SessionLimits(
            Options.QueuedMessagesMax,
            Options.QueuedBytesMax,
            Options.RetainedMessagesMax,
            new ByteBudget(Options.QueuedBytesTotalMax),
            Journal,
            Clock,
            Statistics)
        {
            Refusals = Refusals,
            RetainedBytesMax = Options.RetainedBytesMax,
            KeptMessageSizeBytesMax = Options.KeptMessageSizeBytesMax,
        };
        Sessions = new SessionRegistry(_limits, Topics, Options.SessionsMax);
        Retained = new RetainedMessages(Options.RetainedMessagesMax, Options.RetainedBytesMax, Journal);
        SysTopics = new SysTopics(this);
    }

    /// <summary>What the broker has done so far.</summary>
    public MqttStatistics Statistics { get; } = new();

    /// <summary>What clients were refused so far.</summary>
    public MqttRefusals Refusals { get; }

    /// <summary>Serves clients that name an authentication method; without it they are refused with
    /// <see cref="MqttReasonCode.BadAuthenticationMethod"/>.</summary>
    public IMqttEnhancedAuthenticator? EnhancedAuthenticator { get; init; }

    /// <summary>Where clients are sent instead of being served; null where they are served.</summary>
    public MqttRedirection? Redirection => Volatile.Read(ref _redirection);

    /// <summary>Topics that have a retained message.</summary>
    public int RetainedCount => Retained.Count;

    /// <summary>Subscriptions of all sessions.</summary>
    public int SubscriptionCount => Topics.Count;

    /// <summary>Bytes of the messages that wait for clients or are not acknowledged by them, over all sessions, and of
    /// what was written for clients that don't read.</summary>
    public long QueuedBytes => Queued.UsedBytes;

    /// <summary>What <see cref="QueuedBytes"/> is taken from.</summary>
    internal ByteBudget Queued => _limits.QueuedBytes;

    internal IMqttPublishHandler Handler { get; }

    internal MqttBrokerOptions Options { get; }

    internal IMqttStateStore? StateStore { get; }

    internal IMqttAuthenticator? Authenticator { get; }

    internal Admission Admission { get; }

    /// <summary>What connections without a session hold of packets that aren't whole.</summary>
    internal ByteBudget ConnectBytes { get; }

    internal TimeProvider Time { get; }

    internal ILogger Logger { get; }

    internal BrokerClock Clock { get; }

    internal StateJournal Journal { get; }

    internal StateClock StateClock { get; }

    internal TopicTree Topics { get; } = new();

    internal RetainedMessages Retained { get; }

    internal SessionRegistry Sessions { get; }

    internal SysTopics SysTopics { get; }

    internal WillsUnderWay WillsUnderWay { get; } = new();

    /// <summary>Takes back the sessions and retained messages of the last run, and starts the timer.</summary>
    public void Start()
    {
        if (StateStore is not null)
        {
            PublishWills(StateLoader.Load(this, StateStore, _limits));
        }

        var period = TimeSpan.FromMilliseconds(TickMs);
        _timer = Time.CreateTimer(static broker => ((MqttBroker)broker!).TickSafely(), this, period, period);
    }

    /// <summary>Publishes a message of the host's own to all subscribers; the host's handler doesn't see it.</summary>
    /// <param name="topic">A topic name without wildcards.</param>
    /// <param name="payload">Copied.</param>
    /// <param name="qos">The highest QoS it is delivered with.</param>
    /// <param name="retain">Whether it replaces its topic's retained message; an empty payload then deletes
    /// that.</param>
    /// <exception cref="ArgumentException">The topic is not a topic name.</exception>
    public void Publish(
        string topic, ReadOnlySpan<byte> payload, MqttQos qos = MqttQos.AtMostOnce, bool retain = false)
    {
        byte[] name = Encoding.UTF8.GetBytes(topic);
        if (!Mqtt.Topics.IsPublishable(name))
        {
            throw new ArgumentException($"'{topic}' is not a topic name.", nameof(topic));
        }

        Deliver(new ApplicationMessage { Topic = name, Payload = payload.ToArray(), Qos = qos, Retain = retain });
    }

    /// <summary>Sends the clients that are connected to another server, and from now on all whose login is
    /// accepted.</summary>
    /// <remarks>Their sessions stay as after any lost connection, and wills are published. 3.1.1 clients are refused
    /// with
    /// return code 3, or just disconnected.</remarks>
    /// <param name="redirection">Where they are to go; null serves clients again.</param>
    public void Redirect(MqttRedirection? redirection)
    {
        Interlocked.Exchange(ref _redirection, redirection);
        if (redirection is null)
        {
            return;
        }

        foreach (ServerConnection connection in _connections.Keys)
        {
            if (connection.IsAcknowledged)
            {
                connection.Redirect(redirection);
            }
        }
    }

    /// <summary>Does what time has made due: keep-alives, session ends, delayed wills, changes to store. Called by the
    /// timer.</summary>
    public void Tick()
    {
        long nowMs = Clock.NowMs;
        foreach (ServerConnection connection in _connections.Keys)
        {
            connection.Tick(nowMs);
        }

        var wills = new List<DueWill>();
        Sessions.Tick(nowMs, wills);
        PublishWills(wills);
        if (++_ticks % RetainedExpiryTicks == 0)
        {
            Retained.Expire(nowMs);
        }

        SysTopics.Tick(Clock.UptimeMs);
        StateClock.Tick();
        Journal.Tick();
    }

    /// <summary>Serves one connection until it ends, or closes it at once where there are too many.</summary>
    /// <param name="transport">The connection; its owner disposes it afterwards.</param>
    /// <returns>Completes when the connection is over; never fails.</returns>
    public async Task ServeAsync(ConnectionContext transport)
    {
        ArgumentNullException.ThrowIfNull(transport);
        MqttPeer peer = MqttPeer.Of(transport);
        if (peer.IsAdmitted)
        {
            await ServeAsync(transport, peer).ConfigureAwait(false);
            return;
        }

        if (!Admission.TryEnter(peer.Address, out MqttRefusal refusal))
        {
            Refusals.Report(refusal, $"{transport.RemoteEndPoint}", "too many connections");
            return;
        }

        try
        {
            await ServeAsync(transport, peer).ConfigureAwait(false);
        }
        finally
        {
            Admission.Leave(peer.Address);
        }
    }

    /// <summary>Serves a connection that was admitted until it ends; never fails.</summary>
    internal Task ServeAsync(ConnectionContext transport, MqttPeer peer)
    {
        var connection = new ServerConnection(this, transport, peer);
        _connections[connection] = true;
        Statistics.OpenConnection();
        return connection.RunAsync();
    }

    /// <summary>The connection is over.</summary>
    internal void Forget(ServerConnection connection)
    {
        _connections.TryRemove(connection, out _);
        Statistics.CloseConnection();
        connection.Peer.Leaves?.Leave(connection.Peer.Address);
    }

    /// <summary>Stops the timer, ends all connections, publishes their wills, and stores what changed since the last
    /// tick.</summary>
    /// <remarks>The host is given <see cref="MqttBrokerOptions.CloseTimeout"/> to decide on the wills; one decided
    /// later is delivered to nobody that is away, and not retained over a restart.</remarks>
    /// <returns>Completes when the state is stored, or the store has refused it.</returns>
    public async ValueTask DisposeAsync()
    {
        if (_timer is not null)
        {
            await _timer.DisposeAsync().ConfigureAwait(false);
        }

        foreach (ServerConnection connection in _connections.Keys)
        {
            connection.Close(MqttReasonCode.ServerShuttingDown, "The server is stopping.");

            // Now, and not when its loop has ended: what the session becomes by it belongs into the last commit.
            connection.Leave();
        }

        if (Interlocked.Exchange(ref _isStopping, 1) == 0)
        {
            await WaitForWillsAsync().ConfigureAwait(false);
        }

        StateClock.Stop();

        // A failure is logged by the journal; what it had collected is lost with the process.
        await Journal.FlushAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Keeps a safe message if it is to be retained, and queues it for every session that wants it.</summary>
    /// <returns>Whether something of it is to be kept over a restart: durable once the journal is flushed.</returns>
    internal bool Deliver(ApplicationMessage message)
    {
        if (message.Retain)
        {
            Retain(message);
        }

        return DeliverToSubscribers(message) || (message.Retain && Journal.IsEnabled);
    }

    /// <summary>Queues a message for every session that wants it.</summary>
    /// <returns>Whether one of them keeps it over a restart.</returns>
    internal bool DeliverToSubscribers(ApplicationMessage message)
    {
        bool isKept = false;
        List<Delivery> deliveries = _threadDeliveries ??= [];
        Topics.Match(message, deliveries);
        foreach (ref readonly Delivery delivery in System.Runtime.InteropServices.CollectionsMarshal.AsSpan(deliveries))
        {
            Enqueued enqueued = delivery.Session.Deliver(message, delivery);
            if (enqueued == Enqueued.No && delivery.Group is { } group)
            {
                enqueued = group.Deliver(message, delivery.Session);
            }

            isKept |= enqueued == Enqueued.Kept;
        }

        deliveries.Clear();
        return isKept;
    }

    /// <summary>Counts a message that was acknowledged and dropped; at most one a minute gets into the log.</summary>
    internal void ReportDropped(string clientId, MqttReasonCode reason)
    {
        long count = Statistics.AddPublishDropped();
        long nowMs = Clock.NowMs;
        long dueMs = Volatile.Read(ref _nextDroppedLogMs);
        if (nowMs >= dueMs
            && Interlocked.CompareExchange(ref _nextDroppedLogMs, nowMs + DroppedLogMs, dueMs) == dueMs)
        {
            Log.PublishDropped(Logger, clientId, reason, count);
        }
    }

    /// <summary>Logs the end of a connection by a protocol error: ten a minute.</summary>
    internal void ReportRejected(string clientId, MqttProtocolException error)
    {
        if (_rejectedLines.TryTake(Clock.NowMs))
        {
            Log.Rejected(Logger, clientId, error.Reason, error.Message);
        }
    }

    /// <summary>Logs, within the bound, that the host could not take a message.</summary>
    internal void ReportHostFailure(string clientId, Exception error)
    {
        if (_hostLines.TryTake(Clock.NowMs))
        {
            Log.HandlerFailed(Logger, clientId, error);
        }
    }

    /// <summary>Logs, within the bound, that the host refused a will.</summary>
    internal void ReportRefusedWill(string clientId, MqttReasonCode reason)
    {
        if (_hostLines.TryTake(Clock.NowMs))
        {
            Log.WillRefused(Logger, clientId, reason);
        }
    }

    internal void PublishWills(List<DueWill> wills)
    {
        foreach (DueWill due in wills)
        {
            _ = PublishWillAsync(due);
        }
    }

    private static void CheckOptions(MqttBrokerOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.PacketSizeBytesMax, 128, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.ReceiveMaximum, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.ReceiveMaximum, ushort.MaxValue, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.SendMaximum, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.SendMaximum, ushort.MaxValue, nameof(options));
    }

    private void Retain(ApplicationMessage message)
    {
        if (message.Payload.Length == 0)
        {
            // [MQTT-3.3.1-6].
            Retained.Remove(message.Topic);
        }
        else if ((Journal.IsEnabled && message.SizeBytes > Options.KeptMessageSizeBytesMax)
            || !Retained.TrySet(message))
        {
            Statistics.AddRetainedRefused();
        }
    }

    private async Task PublishWillAsync(DueWill due)
    {
        WillsUnderWay.Begin();
        try
        {
            await WillPublisher.PublishAsync(this, due).ConfigureAwait(false);
        }
        finally
        {
            WillsUnderWay.End();
        }
    }

    private async Task WaitForWillsAsync()
    {
        try
        {
            await WillsUnderWay.WhenNoneAsync().WaitAsync(Options.CloseTimeout, Time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            Log.WillsGivenUp(Logger, Options.CloseTimeout.TotalSeconds);
        }
    }

    private void TickSafely()
    {
        try
        {
            Tick();
        }
        catch (Exception e)
        {
            // The timer's thread has nobody above it; an error here must not take the process down.
            Log.TickFailed(Logger, e);
        }
    }
}
