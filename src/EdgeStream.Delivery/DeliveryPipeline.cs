using EdgeStream.Storage;
using EdgeStream.Streams;
using Microsoft.Extensions.Logging;

namespace EdgeStream.Delivery;

/// <summary>One delivery at work: a pipeline per shard over one destination.</summary>
/// <remarks>
/// Every shard has its pipeline, and so its place in the ledger, from the moment that it is seen. It runs when those of
/// the shard's parents are finished, so that a key's records are delivered in order over splits and merges.
/// </remarks>
internal sealed class DeliveryPipeline : IDisposable
{
    private readonly DeliveryDefinition _definition;
    private readonly DataStream _stream;
    private readonly IDestination _destination;
    private readonly DeliveryLink _link;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly IDisposable _attachment;
    private readonly ShardSuccession _succession;
    private readonly DeliveryTotals _expired;
    private readonly ColumnCatalog _columns;
    private readonly Func<Shard, ShardPipeline> _open;
    private readonly TaskCompletionSource _stop = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private ShardPipeline[] _shards = [];
    private bool _isAborted;
    private Task _running = Task.CompletedTask;

    public DeliveryPipeline(
        DeliveryDefinition definition, StreamStore store, StoreId storeId, DataStream stream, DeliveryMemory memory,
        ConnectBudget budget, TimeProvider time, ILogger logger)
    {
        _definition = definition;
        _stream = stream;
        _time = time;
        _logger = logger;
        _link = new DeliveryLink(definition, store.State, budget, time);
        _destination = definition.Destination.Open(definition.Name, _link.Wire, time, logger);
        var consumer = OpenConsumer(definition, store, stream);
        _attachment = consumer.Attach(definition.Protect);
        _succession = new ShardSuccession(stream);
        _expired = new DeliveryTotals(definition, store.State);
        _columns = new ColumnCatalog(store.State, definition);
        _open = shard => new ShardPipeline(new ShardContext(
            definition, store, storeId, consumer, shard, _columns, _destination, _link, memory, time, logger));
        Follow();
    }

    /// <summary>The delivery's name as status has it.</summary>
    public string Title => _definition.Title;

    private ShardPipeline[] Shards => Volatile.Read(ref _shards);

    /// <summary>The delivery's consumer of the stream.</summary>
    public static StreamConsumer OpenConsumer(DeliveryDefinition definition, StreamStore store, DataStream stream) =>
        store.OpenConsumer(
            stream,
            definition.ConsumerName,
            definition.Start == StartPosition.Latest ? ShardPosition.Latest : ShardPosition.TrimHorizon);

    /// <summary>Fixes the start positions, then delivers in the background.</summary>
    public async Task StartAsync()
    {
        try
        {
            await _expired.LoadAsync(_stream);
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException)
        {
            Log.StartDelayed(_logger, exception, _definition.Name);
        }

        await LoadAsync();
        _running = Task.Run(SuperviseAsync);
        Log.Started(_logger, _definition.Name, _definition.Stream, _definition.Destination.Target);
    }

    /// <summary>Completes when everything appended before the call is delivered.</summary>
    public Task FlushAsync(CancellationToken cancellationToken)
    {
        Follow();
        return Task.WhenAll(Array.ConvertAll(Shards, shard => shard.FlushAsync(cancellationToken)));
    }

    /// <summary>Asks for the same without waiting for it.</summary>
    public void RequestFlush()
    {
        Follow();
        Array.ForEach(Shards, static shard => shard.RequestFlush());
    }

    /// <summary>Whether it is to be told when a link may be back.</summary>
    public bool IsLiveFirst => _definition.LiveFirst;

    /// <summary>Tries now what would be tried again later.</summary>
    public void Wake() => Array.ForEach(Shards, static shard => shard.Wake());

    /// <summary>
    /// Flushes what is collected if the destination takes it within the bound; the rest stays pending.
    /// </summary>
    public async Task StopAsync(TimeSpan bound)
    {
        lock (_gate)
        {
            _stop.TrySetResult();
            Array.ForEach(_shards, static shard => shard.RequestStop());
        }

        using var bounded = new CancellationTokenSource(bound, _time);
        using var abort = bounded.Token.Register(Abort);
        await _running;
        await _link.Use.CloseAsync();
        Log.Stopped(_logger, _definition.Name);
    }

    private void Abort()
    {
        lock (_gate)
        {
            _isAborted = true;
            Array.ForEach(_shards, static shard => shard.Abort());
        }
    }

    /// <summary>Runs the shards as their turn comes, until it is to stop and all of them have.</summary>
    private async Task SuperviseAsync()
    {
        var running = new List<Task>();
        while (!_stop.Task.IsCompleted)
        {
            var ready = _succession.TakeReady();
            Follow();
            await LoadAsync();
            foreach (var pipeline in Shards)
            {
                if (ready.Contains(pipeline.Shard))
                {
                    running.Add(Task.Run(() => RunAsync(pipeline)));
                }
            }

            running.RemoveAll(static task => task.IsCompleted);
            await DropExpiredAsync();
            await Task.WhenAny(_succession.WhenMore(), _stop.Task);
        }

        await Task.WhenAll(running);
    }

    private async Task RunAsync(ShardPipeline pipeline)
    {
        await pipeline.RunAsync();
        if (pipeline.IsFinished)
        {
            _succession.Finish(pipeline.Shard);
        }
    }

    /// <summary>Gives every shard that is not known yet its pipeline.</summary>
    private void Follow()
    {
        lock (_gate)
        {
            foreach (var shard in _stream.Shards)
            {
                if (!Array.Exists(_shards, pipeline => pipeline.Shard == shard))
                {
                    var pipeline = _open(shard);
                    Volatile.Write(ref _shards, [.. _shards, pipeline]);
                    if (_stop.Task.IsCompleted)
                    {
                        pipeline.RequestStop();
                    }

                    if (_isAborted)
                    {
                        pipeline.Abort();
                    }
                }
            }
        }
    }

    /// <summary>Fixes the start positions of those that have none; what fails is tried again when they run.</summary>
    private async Task LoadAsync()
    {
        foreach (var shard in Shards)
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
    }

    /// <summary>Lets go of finished shards that have expired; their numbers stay in the sum.</summary>
    private async Task DropExpiredAsync()
    {
        foreach (var pipeline in Shards)
        {
            if (pipeline is not { IsFinished: true, Shard.State: ShardState.Expired }
                || pipeline.Progress.Snapshot().Entry is not { } entry)
            {
                continue;
            }

            try
            {
                await _expired.AddAsync(pipeline.Shard, entry);
            }
            catch (IOException exception)
            {
                // It is tried again with the next change of the shards, or the next start.
                Log.StartDelayed(_logger, exception, _definition.Name);
                continue;
            }

            lock (_gate)
            {
                Volatile.Write(ref _shards, Array.FindAll(_shards, other => other != pipeline));
            }

            pipeline.Dispose();
        }
    }

    /// <summary>The numbers of this moment.</summary>
    public DeliveryStatus Status()
    {
        var shards = Array.ConvertAll(Shards, shard => shard.Progress.Snapshot());
        var expired = _expired.Entry;
        var worst = shards.MaxBy(shard => shard.State);
        var newest = shards.MaxBy(shard => shard.Entry?.LastDeliveryAt?.UnixMicroseconds ?? long.MinValue).Entry;
        newest = newest?.LastDeliveryAt is null ? expired : newest;
        var oldestArrival = shards.Min(shard => shard.OldestArrival?.UnixMicroseconds);
        var lag = oldestArrival is { } arrival ? Timestamp.From(_time.GetUtcNow()).UnixMicroseconds - arrival : 0;
        var use = _link.Use.Now;
        var rates = _link.Drain.Rates();
        var backlog = shards.Sum(shard => shard.BacklogRecords);
        var delivered = _link.Drain.DeliveredRecords;
        return new DeliveryStatus
        {
            Name = _definition.Title,
            Stream = _definition.Stream,
            Destination = _definition.Destination.Kind,
            Target = _definition.Destination.Target,
            State = worst.State,
            AppendedRecords = expired.Checkpoint.Value + shards.Sum(shard => shard.AppendedRecords),
            BacklogRecords = backlog,
            HistoryRecords = shards.Sum(shard => shard.HistoryRecords),
            BacklogBytes = shards.Sum(shard => shard.BacklogBytes),
            BatchRecords = shards.Sum(shard => shard.BatchRecords),
            DeliveredRecords = expired.DeliveredRecords + shards.Sum(shard => shard.Entry?.DeliveredRecords ?? 0),
            DeliveredBytes = expired.DeliveredBytes + shards.Sum(shard => shard.Entry?.DeliveredBytes ?? 0),
            DeliveredObjects = expired.DeliveredObjects + shards.Sum(shard => shard.Entry?.DeliveredObjects ?? 0),
            RejectedRecords = SumRejected(expired, shards),
            FilteredRecords = expired.FilteredRecords + shards.Sum(shard => shard.Entry?.FilteredRecords ?? 0),
            RetriedRecords = expired.RetriedRecords + shards.Sum(shard => shard.Entry?.RetriedRecords ?? 0),
            EvictedRecords = expired.EvictedRecords + shards.Sum(shard => shard.EvictedRecords),
            RemovedObjects = _destination.RemovedObjects,
            UnfitValues = _columns.UnfitValues,
            LagSeconds = Math.Max(0, lag) / 1e6,
            LastDeliveryAt = newest?.LastDeliveryAt is { } last ? WallTime.Clamp(last).ToDateTimeOffset() : null,
            LastObject = newest?.LastDeliveryAt is null ? null : newest.LastObject,
            LastError = worst.LastError
                ?? shards.Select(shard => shard.LastError).FirstOrDefault(error => error is not null),
            NextAttemptAt = shards.Min(shard => shard.NextAttemptAt),
            Breaker = _link.Breaker.State,
            Hold = HoldOf(shards),
            WireSentBytes = use.SentBytes,
            WireReceivedBytes = use.ReceivedBytes,
            MonthBytes = use.MonthBytes,
            BytesPerMonth = _definition.Link.BytesPerMonth,
            BytesPerSecond = _definition.Link.BytesPerSecond,
            WireBytesPerRecord = delivered > 0 ? (double)_link.Use.BytesSinceStart / delivered : null,
            DrainRecordsPerSecond = rates.Settled,
            EtaSeconds = EtaOf(shards),
        };
    }

    /// <summary>When the last of the shards is through; null where one does not get on, or none gets less.</summary>
    private static double? EtaOf(ShardSnapshot[] shards)
    {
        double? longest = null;
        foreach (var shard in shards)
        {
            if (shard is { BacklogRecords: > 0, State: DeliveryState.BackingOff, EtaSeconds: null })
            {
                return null;
            }

            longest = shard.EtaSeconds > (longest ?? 0) ? shard.EtaSeconds : longest;
        }

        return longest;
    }

    private static LinkHold HoldOf(ShardSnapshot[] shards)
    {
        var hold = LinkHold.None;
        foreach (var shard in shards)
        {
            hold = shard.Hold > hold ? shard.Hold : hold;
        }

        return hold;
    }

    private static RejectionCounts SumRejected(LedgerEntry expired, ShardSnapshot[] shards)
    {
        var sum = expired.RejectedRecords;
        foreach (var shard in shards)
        {
            sum += shard.Entry?.RejectedRecords ?? default;
        }

        return sum;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var shard in Shards)
        {
            shard.Dispose();
        }

        _attachment.Dispose();
        _destination.Dispose();
    }
}
