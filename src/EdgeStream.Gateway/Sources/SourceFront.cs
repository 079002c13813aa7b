using EdgeStream.Gateway.Composition;
using EdgeStream.Gateway.Config;
using EdgeStream.Mqtt;
using EdgeStream.Streams;

namespace EdgeStream.Gateway.Sources;

/// <summary>The sources; each can be added, changed and taken away while the others go on.</summary>
/// <remarks>Thread-safe for reading. A source that is taken away or changed first acknowledges what it has stored and
/// disconnects; what it had not stored its server keeps, in the session of the client identifier.</remarks>
internal sealed class SourceFront(
    IngestFront ingest, StreamStore store, TimeProvider time, ILoggerFactory loggers) : IAsyncDisposable
{
    /// <summary>How long a change waits for sources that end; what is left of them ends when their server sees the
    /// same client again.</summary>
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(5);

    private volatile IReadOnlyList<MqttSource> _running = [];

    /// <summary>How every source does, in the order of the configuration.</summary>
    public IReadOnlyList<SourceStatus> Status()
    {
        var running = _running;
        var status = new SourceStatus[running.Count];
        for (var i = 0; i < status.Length; i++)
        {
            status[i] = running[i].Status;
        }

        return status;
    }

    /// <summary>Starts what is new, stops what is gone, restarts what has changed, and leaves the rest alone.</summary>
    public async Task UseAsync(IReadOnlyList<MqttSourceConfig> sources)
    {
        var kept = new List<MqttSource>();
        var stopping = new List<Task>();
        foreach (var source in _running)
        {
            if (sources.Contains(source.Config))
            {
                kept.Add(source);
            }
            else
            {
                stopping.Add(source.DisposeAsync().AsTask());
            }
        }

        // A changed source has its client identifier again: the old connection ends before the new one begins.
        _running = kept;
        try
        {
            await Task.WhenAll(stopping).WaitAsync(StopTime, time);
        }
        catch (TimeoutException)
        {
            // They go on ending; a reload is not held up.
        }

        var running = new List<MqttSource>();
        foreach (var config in sources)
        {
            running.Add(kept.Find(source => source.Config == config)
                ?? new MqttSource(config, ingest, store.State, time, loggers.CreateLogger<MqttClient>()));
        }

        _running = running;
    }

    /// <summary>Publishes a message at the server whose client the gateway is by an identifier; false when it is no
    /// source's.</summary>
    /// <remarks>Does not wait: what can't be sent soon is not sent.</remarks>
    public bool TrySend(string clientId, string topic, ReadOnlyMemory<byte> payload)
    {
        foreach (var source in _running)
        {
            if (source.Config.Link.ClientId == clientId)
            {
                source.Send(topic, payload);
                return true;
            }
        }

        return false;
    }

    /// <summary>Stops all of them.</summary>
    public async ValueTask DisposeAsync()
    {
        var running = _running;
        _running = [];
        var stopping = new List<Task>();
        foreach (var source in running)
        {
            stopping.Add(source.DisposeAsync().AsTask());
        }

        await Task.WhenAll(stopping);
    }
}
