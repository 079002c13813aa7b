using EdgeStream.Storage;
using EdgeStream.Streams;
using Microsoft.Extensions.Logging;

namespace EdgeStream.Delivery;

/// <summary>One delivery at work: a pipeline per shard over one destination.</summary>
internal sealed class DeliveryPipeline : IDisposable
{
    private readonly DeliveryDefinition _definition;
    private readonly IDestination _destination;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly List<ShardPipeline> _shards;
    private readonly IDisposable _attachment;
    private Task _running = Task.CompletedTask;

    public DeliveryPipeline(
        DeliveryDefinition definition, StreamStore store, StoreId storeId, DataStream stream, TimeProvider time,
        ILogger logger)
    {
        _definition = definition;
        _time = time;
        _logger = logger;
        _destination = definition.Destination.Open(definition.Name, time, logger);
        var start = definition.Start == StartPosition.Latest ? ShardPosition.Latest : ShardPosition.TrimHorizon;
        var consumer = store.OpenConsumer(stream, $"delivery-{definition.Name}", start);
        _attachment = consumer.Attach(definition.Protect);
        _shards = [.. stream.Shards.Select(
            shard => new ShardPipeline(definition, store, storeId, consumer, shard, _destination, time, logger))];
    }

    /// <summary>The delivery's name.</summary>
    public string Name => _definition.Name;

    /// <summary>Fixes the start positions, then delivers in the background.</summary>
    public async Task StartAsync()
    {
        foreach (var shard in _shards)
        {
            try
            {
                await shard.LoadAsync();
            }
            catch (Exception exception) when (exception is IOException or InvalidDataException)
            {
                Log.StartDelayed(_logger, exception, _definition.Name);
            }
        }

        _running = Task.WhenAll(_shards.Select(shard => Task.Run(shard.RunAsync)));
        Log.Started(_logger, _definition.Name, _definition.Stream, _definition.Destination.Target);
    }

    /// <summary>Completes when everything appended before the call is delivered.</summary>
    public Task FlushAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(_shards.Select(shard => shard.FlushAsync(cancellationToken)));

    /// <summary>
    /// Flushes what is collected if the destination takes it within the bound; the rest stays pending.
    /// </summary>
    public async Task StopAsync(TimeSpan bound)
    {
        foreach (var shard in _shards)
        {
            shard.RequestStop();
        }

        using var bounded = new CancellationTokenSource(bound, _time);
        using var abort = bounded.Token.Register(() => _shards.ForEach(shard => shard.Abort()));
        await _running;
        Log.Stopped(_logger, _definition.Name);
    }

    /// <summary>The numbers of this moment.</summary>
    public DeliveryStatus Status()
    {
        var shards = _shards.ConvertAll(shard => shard.Progress.Snapshot());
        var worst = shards.MaxBy(shard => shard.State);
        var newest = shards.MaxBy(shard => shard.Entry?.LastDeliveryAt?.UnixMicroseconds ?? long.MinValue).Entry;
        var oldestArrival = shards.Min(shard => shard.OldestArrival?.UnixMicroseconds);
        var lag = oldestArrival is { } arrival ? Timestamp.From(_time.GetUtcNow()).UnixMicroseconds - arrival : 0;
        return new DeliveryStatus
        {
            Name = _definition.Name,
            Stream = _definition.Stream,
            Destination = _definition.Destination.Kind,
            Target = _definition.Destination.Target,
            State = worst.State,
            AppendedRecords = shards.Sum(shard => shard.AppendedRecords),
            BacklogRecords = shards.Sum(shard => shard.BacklogRecords),
            BacklogBytes = shards.Sum(shard => shard.BacklogBytes),
            BatchRecords = shards.Sum(shard => shard.BatchRecords),
            DeliveredRecords = shards.Sum(shard => shard.Entry?.DeliveredRecords ?? 0),
            DeliveredBytes = shards.Sum(shard => shard.Entry?.DeliveredBytes ?? 0),
            DeliveredObjects = shards.Sum(shard => shard.Entry?.DeliveredObjects ?? 0),
            EvictedRecords = shards.Sum(shard => shard.EvictedRecords),
            RemovedObjects = _destination.RemovedObjects,
            LagSeconds = Math.Max(0, lag) / 1e6,
            LastDeliveryAt = newest?.LastDeliveryAt is { } last ? WallTime.Clamp(last).ToDateTimeOffset() : null,
            LastObject = newest?.LastDeliveryAt is null ? null : newest.LastObject,
            LastError = worst.LastError
                ?? shards.Select(shard => shard.LastError).FirstOrDefault(error => error is not null),
            NextAttemptAt = shards.Min(shard => shard.NextAttemptAt),
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var shard in _shards)
        {
            shard.Dispose();
        }

        _attachment.Dispose();
        _destination.Dispose();
    }
}
