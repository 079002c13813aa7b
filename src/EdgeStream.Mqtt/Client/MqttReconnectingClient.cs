using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeStream.Mqtt;

/// <summary>Keeps a connection to one server: connects, subscribes, and connects again when it is lost, with one
/// session over all connections.</summary>
/// <remarks>
/// Thread-safe. Attempts are spread and bounded by <see cref="MqttReconnectOptions"/>; a server that refuses the login
/// is asked again after half the longest delay at the soonest. Subscribes where the server has no session, where what
/// it is subscribed to isn't known, or differs from what it should be; filters that the server refused are tried again
/// after the longest delay. A line is logged for each connection, and for each change of the reason why there is none.
/// </remarks>
public sealed class MqttReconnectingClient : IAsyncDisposable
{
    private readonly MqttReconnectOptions _options;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly SubscriptionKeeper _subscriptions;
    private readonly Lock _gate = new();
    private TaskCompletionSource<MqttClient> _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private MqttClient? _client;
    private string? _problem;
    private DateTimeOffset? _nextAttemptAt;
    private bool _isSubscribed;
    private long _connections;
    private bool _isSessionOwn;
    private volatile bool _isStopping;
    private Task _running = Task.CompletedTask;

    /// <param name="options">Where to, and how.</param>
    /// <param name="logger">Told of connections and failures.</param>
    public MqttReconnectingClient(MqttReconnectOptions options, ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _logger = logger ?? NullLogger.Instance;
        _subscriptions = new SubscriptionKeeper(options);
        Session = new MqttClientSession(options.SendMaximum);
        Server = $"{options.Host}:{options.Port}";
        _isSessionOwn = !options.IsFirstStartClean;
    }

    /// <summary>What goes on over the connections.</summary>
    public MqttClientSession Session { get; }

    /// <summary>Host and port.</summary>
    public string Server { get; }

    /// <summary>How it does now.</summary>
    public MqttLinkStatus Status
    {
        get
        {
            lock (_gate)
            {
                return new MqttLinkStatus
                {
                    IsConnected = _client is not null,
                    IsSubscribed = _client is not null && _isSubscribed,
                    Problem = _problem,
                    NextAttemptAt = _nextAttemptAt,
                    Connections = _connections,
                    InFlight = _client?.UnacknowledgedMessages ?? 0,
                };
            }
        }
    }

    /// <summary>Begins to connect. Called once.</summary>
    public void Start() => _running = Task.Run(RunAsync);

    /// <summary>Waits until there is a connection. It may be lost again when it is used.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The connection.</returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public Task<MqttClient> WaitForConnectionAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return _connected.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Takes no more messages, acknowledges those that are decided in time, and disconnects; the server keeps
    /// the session as long as was agreed.</summary>
    /// <param name="timeLimit">How long to wait for what was taken.</param>
    /// <returns>Completes when the connection is over.</returns>
    public async Task StopAsync(TimeSpan timeLimit)
    {
        _isStopping = true;
        MqttClient? client;
        lock (_gate)
        {
            client = _client;
        }

        if (client is not null)
        {
            await client.StopAsync(timeLimit).ConfigureAwait(false);
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
    }

    /// <summary>Ends the connection, if <see cref="StopAsync"/> did not, and fails what was published and is not
    /// acknowledged.</summary>
    /// <returns>Completes when everything is freed.</returns>
    public async ValueTask DisposeAsync()
    {
        _isStopping = true;
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        Session.Dispose();
    }

    private async Task RunAsync()
    {
        int failures = 0;
        while (!_isStopping)
        {
            long began = _options.Time.GetTimestamp();
            Exception failure;
            bool wasConnected = false;
            try
            {
                MqttClient client = await ConnectAsync().ConfigureAwait(false);
                wasConnected = true;
                await using (client.ConfigureAwait(false))
                {
                    await ServeAsync(client).ConfigureAwait(false);
                }

                failure = new IOException("The server closed the connection.");
            }
            catch (Exception e)
            {
                failure = e;
            }

            if (_isStopping)
            {
                return;
            }

            bool wasStable = wasConnected && _options.Time.GetElapsedTime(began) >= _options.StableTime;
            failures = wasStable ? 1 : failures + 1;
            await BackOffAsync(failure, failures).ConfigureAwait(false);
        }
    }

    private async Task<MqttClient> ConnectAsync()
    {
        MqttClientOptions options = _options.Connect(Session);
        if (!_isSessionOwn)
        {
            MqttClient first = await ConnectAsync(options.WithCleanStart()).ConfigureAwait(false);
            _isSessionOwn = true;
            if (options.Version == MqttVersion.V500)
            {
                return first;
            }

            // A clean session of 3.1.1 ends with its connection; the next connection begins one that is kept.
            await using (first.ConfigureAwait(false))
            {
                await first.DisconnectAsync().ConfigureAwait(false);
            }
        }

        return await ConnectAsync(options).ConfigureAwait(false);
    }

    private Task<MqttClient> ConnectAsync(MqttClientOptions options) =>
        MqttClient.ConnectAsync(_options.Host, _options.Port, options, _stopping.Token);

    /// <summary>Subscribes, and waits for the connection's end.</summary>
    private async Task ServeAsync(MqttClient client)
    {
        Opened(client);
        try
        {
            while (!client.Closed.IsCompleted)
            {
                string? refused =
                    await _subscriptions.UpdateAsync(client, _stopping.Token).ConfigureAwait(false);
                NoteRefused(refused);
                TimeSpan wait = refused is null ? Timeout.InfiniteTimeSpan : _options.CapDelay;
                await client.Closed.WaitAsync(wait, _options.Time, _stopping.Token)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                _stopping.Token.ThrowIfCancellationRequested();
            }

            await client.Closed.ConfigureAwait(false);
        }
        finally
        {
            Closed();
        }
    }

    private void Opened(MqttClient client)
    {
        lock (_gate)
        {
            _client = client;
            _problem = null;
            _nextAttemptAt = null;
            _connections++;
            _connected.TrySetResult(client);
        }

        Log.LinkConnected(
            _logger,
            _options.Name,
            Server,
            client.ClientId,
            client.IsSessionPresent ? "has a session" : "had no session");
    }

    private void Closed()
    {
        lock (_gate)
        {
            _client = null;
            _isSubscribed = false;
            _connected = new TaskCompletionSource<MqttClient>(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    private void NoteRefused(string? refused)
    {
        bool isNew;
        lock (_gate)
        {
            isNew = refused is not null && refused != _problem;
            _problem = refused;
            _isSubscribed = refused is null;
        }

        if (isNew)
        {
            Log.LinkRefused(_logger, _options.Name, refused!);
        }
    }

    private async Task BackOffAsync(Exception failure, int failures)
    {
        TimeSpan delay = ReconnectDelay.After(failures, ReconnectDelay.IsRefusal(failure), _options);
        string problem = failure is OperationCanceledException
            ? "The server did not answer in time."
            : failure.Message;
        bool isNew;
        lock (_gate)
        {
            isNew = problem != _problem;
            _problem = problem;
            _nextAttemptAt = _options.Time.GetUtcNow() + delay;
        }

        if (isNew)
        {
            Log.LinkLost(_logger, _options.Name, Server, problem);
        }

        Log.LinkWaits(_logger, _options.Name, (long)delay.TotalMilliseconds, problem);
        await Task.Delay(delay, _options.Time, _stopping.Token)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_gate)
        {
            _nextAttemptAt = null;
        }
    }
}
