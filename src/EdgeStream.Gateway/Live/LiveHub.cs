using System.Net.WebSockets;
using EdgeStream.Analytics;
using EdgeStream.Gateway.Composition;
using EdgeStream.Gateway.Config;
using EdgeStream.Gateway.Logging;
using EdgeStream.Streams;

namespace EdgeStream.Gateway.Live;

/// <summary>The live feed of the dashboard: one reader for all browsers, and nothing at all while there is
/// none.</summary>
internal sealed class LiveHub(GatewayParts parts, ILogger<LiveHub> logger)
{
    /// <summary>How many browsers may watch at once.</summary>
    public const int ClientCountMax = 32;

    private const int TurnsPerStatus = 10;
    private static readonly TimeSpan TurnTime = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private readonly List<LiveClient> _clients = [];
    private readonly SemaphoreSlim _clientCame = new(0);
    private long _droppedByLeft;

    /// <summary>Browsers that watch now.</summary>
    public int ClientCount
    {
        get
        {
            lock (_gate)
            {
                return _clients.Count;
            }
        }
    }

    /// <summary>Messages dropped for slow browsers since the start.</summary>
    public long DroppedMessages
    {
        get
        {
            lock (_gate)
            {
                return _droppedByLeft + _clients.Sum(client => client.Dropped);
            }
        }
    }

    /// <summary>Serves one browser until it leaves; false, at once, when there are too many already.</summary>
    public async Task<bool> ServeAsync(WebSocket socket, string name, CancellationToken cancellationToken)
    {
        var client = new LiveClient(socket);
        client.Offer(LiveMessages.History(parts));
        client.Offer(LiveMessages.Status(parts));
        lock (_gate)
        {
            if (_clients.Count >= ClientCountMax)
            {
                return false;
            }

            _clients.Add(client);
        }

        _clientCame.Release();
        logger.LiveConnected(name);
        try
        {
            await client.RunAsync(cancellationToken);
        }
        finally
        {
            lock (_gate)
            {
                _clients.Remove(client);
                _droppedByLeft += client.Dropped;
            }

            logger.LiveLeft(name, client.Dropped);
        }

        return true;
    }

    /// <summary>Feeds the browsers until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                // Looks before it waits: the browsers of before a failure are still there.
                await FeedAsync(cancellationToken);
                await _clientCame.WaitAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The end that was asked for.
        }
    }

    private async Task FeedAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TurnTime, parts.Time);
        var tails = new Dictionary<Shard, LiveTail>();
        try
        {
            for (var turn = 1; ClientCount > 0; turn++)
            {
                Follow(tails);
                Turn(tails, isStatusDue: turn % TurnsPerStatus == 0);
                await timer.WaitForNextTickAsync(cancellationToken);
            }
        }
        finally
        {
            foreach (var tail in tails.Values)
            {
                tail.Dispose();
            }
        }
    }

    /// <summary>Streams may be added while the gateway runs, and shards may come and go.</summary>
    private void Follow(Dictionary<Shard, LiveTail> tails)
    {
        var isFirst = tails.Count == 0;
        foreach (var shard in tails.Keys)
        {
            if (shard.State == ShardState.Expired && tails.Remove(shard, out var tail))
            {
                tail.Dispose();
            }
        }

        var streams = parts.Store.Streams.Where(
            stream => stream.Name is not (StreamNames.DeadLetter or StreamNames.DeliveryErrors));
        foreach (var stream in streams)
        {
            foreach (var shard in stream.Shards)
            {
                if (!tails.ContainsKey(shard))
                {
                    // What a shard of another's range has taken since the last turn is new as well.
                    var isNew = !isFirst && shard.ParentShardId is not null;
                    tails.Add(shard, new LiveTail(
                        stream.Name, shard, isNew ? ShardPosition.TrimHorizon : ShardPosition.Latest));
                }
            }
        }
    }

    private void Turn(Dictionary<Shard, LiveTail> tails, bool isStatusDue)
    {
        var alertShards = parts.Alerts.Shards;
        var readingTails = tails.Where(tail => !alertShards.Contains(tail.Key)).Select(tail => tail.Value).ToArray();
        if (LiveMessages.Readings(readingTails) is { } readings)
        {
            Broadcast(readings);
        }

        foreach (var shard in alertShards)
        {
            // A missing alert is no alert to show; the stream's own row tells what it lost.
            if (tails.TryGetValue(shard, out var tail))
            {
                tail.Read(BroadcastAlert, _ => { });
            }
        }

        if (isStatusDue)
        {
            Broadcast(LiveMessages.Status(parts));
        }
    }

    /// <summary>Anything may be appended to the alerts stream by the API; only what is an alert is shown as
    /// one.</summary>
    private void BroadcastAlert(in StreamRecord record)
    {
        if (AlertJson.TryRead(record.Data, out _))
        {
            Broadcast(LiveMessages.Alert(record.Data));
        }
    }

    private void Broadcast(ReadOnlyMemory<byte> message)
    {
        lock (_gate)
        {
            foreach (var client in _clients)
            {
                client.Offer(message);
            }
        }
    }
}
