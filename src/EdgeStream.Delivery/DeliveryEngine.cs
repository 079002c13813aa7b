using EdgeStream.Storage;
using EdgeStream.Streams;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeStream.Delivery;

/// <summary>Takes the records of streams to their destinations, in batches, and never forgets where it was.</summary>
/// <remarks>
/// <para>Thread-safe. Every delivery has its own pace: one that waits for its destination holds up no other.</para>
/// <para>Durability: before a batch is sent its extent is durable; after it is accepted the checkpoint is. A crash in
/// between sends the same extent under the same name again. Order: the records of a shard are delivered in sequence
/// order.</para>
/// <para>Memory: per delivery and shard at most one batch, that is at most <see cref="DeliveryDefinition.BufferBytes"/>
/// and one line, compressed; of all together what <see cref="DeliveryMemory"/> says.</para>
/// <para>The streams must exist and the store must outlive the engine.</para>
/// </remarks>
public sealed class DeliveryEngine : IAsyncDisposable
{
    /// <summary>How long a stop waits for destinations to take what is collected: 5 seconds.</summary>
    public static readonly TimeSpan StopBound = TimeSpan.FromSeconds(5);

    private readonly List<DeliveryPipeline> _pipelines = [];
    private readonly Lock _gate = new();
    private readonly ILogger _logger;
    private LinkWatch? _links;
    private Task? _stopped;

    /// <summary>Prepares the deliveries; nothing runs before <see cref="StartAsync"/>.</summary>
    /// <param name="store">Has the streams and keeps the ledger.</param>
    /// <param name="definitions">The deliveries.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="loggerFactory">Where to log.</param>
    /// <param name="memory">What the batches share, with those of other engines; by default the engine has its own.
    /// </param>
    /// <param name="connects">What attempts after failures share, with those of other engines; the same.</param>
    /// <exception cref="ArgumentException">A definition is out of range, a name is used twice, or a stream does not
    /// exist.</exception>
    public DeliveryEngine(
        StreamStore store,
        IEnumerable<DeliveryDefinition> definitions,
        TimeProvider? timeProvider = null,
        ILoggerFactory? loggerFactory = null,
        DeliveryMemory? memory = null,
        ConnectBudget? connects = null)
    {
        var time = timeProvider ?? TimeProvider.System;
        memory ??= DeliveryMemory.OfMachine();
        connects ??= new ConnectBudget(time);
        var logger = (loggerFactory ?? NullLoggerFactory.Instance).CreateLogger<DeliveryEngine>();
        _logger = logger;
        var storeId = new StoreId(store.State);
        foreach (var definition in definitions)
        {
            if (definition.Validate() is { Count: > 0 } errors)
            {
                throw new ArgumentException(
                    $"Delivery '{definition.Name}': {string.Join(" ", errors)}", nameof(definitions));
            }

            if (_pipelines.Exists(pipeline => pipeline.Title == definition.Title))
            {
                throw new ArgumentException($"Two deliveries are named '{definition.Name}'.", nameof(definitions));
            }

            if (!store.TryGet(definition.Stream, out var stream))
            {
                throw new ArgumentException(
                    $"Delivery '{definition.Name}': there is no stream '{definition.Stream}'.", nameof(definitions));
            }

            _pipelines.Add(new DeliveryPipeline(
                definition, store, storeId, stream, memory, connects, time, logger));
        }
    }

    /// <summary>
    /// Adds to a batch that a delivery's progress is forgotten: its ledger and its place in the stream. It must not
    /// run.
    /// </summary>
    public static void AddForgetting(StateBatch batch, StreamStore store, DeliveryDefinition definition)
    {
        foreach (var (key, _) in store.State.List(definition.LedgerPrefix))
        {
            batch.Delete(key);
        }

        StreamConsumer.AddForgetting(batch, store.State, definition.Stream, definition.ConsumerName);
    }

    /// <summary>
    /// Keeps what a delivery that does not run has not delivered, as it does itself while it runs; until it is
    /// disposed, or the delivery runs. Null where the stream is not there.
    /// </summary>
    public static IDisposable? Protect(StreamStore store, DeliveryDefinition definition) =>
        store.TryGet(definition.Stream, out var stream)
            ? DeliveryPipeline.OpenConsumer(definition, store, stream).Attach(definition.Protect)
            : null;

    /// <summary>Every delivery's numbers at this moment, in the order of the definitions.</summary>
    public IReadOnlyList<DeliveryStatus> Status() => _pipelines.ConvertAll(pipeline => pipeline.Status());

    /// <summary>Makes the start positions durable, then delivers in the background. Called once.</summary>
    /// <remarks>Destinations that are away do not keep it from completing.</remarks>
    public async Task StartAsync()
    {
        if (_pipelines.Exists(static pipeline => pipeline.IsLiveFirst))
        {
            _links = new LinkWatch(Wake, _logger);
        }

        foreach (var pipeline in _pipelines)
        {
            await pipeline.StartAsync();
        }
    }

    /// <summary>A link may be back: what live-first deliveries would try again later they try now.</summary>
    internal void Wake()
    {
        foreach (var pipeline in _pipelines)
        {
            if (pipeline.IsLiveFirst)
            {
                pipeline.Wake();
            }
        }
    }

    /// <summary>
    /// Sends what is collected now, and completes when all that was appended before the call is delivered.
    /// </summary>
    /// <exception cref="OperationCanceledException">The token was cancelled; delivering goes on.</exception>
    public Task FlushAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(_pipelines.Select(pipeline => pipeline.FlushAsync(cancellationToken)));

    /// <summary>Asks that what is collected is sent now, and that what would be tried again later is tried
    /// now.</summary>
    public void RequestFlush() => _pipelines.ForEach(static pipeline => pipeline.RequestFlush());

    /// <summary>
    /// Sends what is collected to destinations that answer within <see cref="StopBound"/>, then stops; once.
    /// </summary>
    /// <remarks>What was not accepted stays pending in the ledger and is sent after the next start.</remarks>
    public Task StopAsync()
    {
        lock (_gate)
        {
            return _stopped ??= Task.WhenAll(_pipelines.Select(pipeline => pipeline.StopAsync(StopBound)));
        }
    }

    /// <summary>Stops and closes the destinations.</summary>
    public async ValueTask DisposeAsync()
    {
        _links?.Dispose();
        await StopAsync();
        _pipelines.ForEach(pipeline => pipeline.Dispose());
    }
}
