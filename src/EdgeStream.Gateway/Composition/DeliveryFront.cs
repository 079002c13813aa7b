using EdgeStream.Delivery;
using EdgeStream.Kinesis;
using EdgeStream.Streams;

namespace EdgeStream.Gateway.Composition;

/// <summary>The deliveries, those of the configuration and those of the Firehose API; each can be added, changed and
/// taken away while the others go on.</summary>
/// <remarks>Thread-safe. A delivery that is taken away keeps its progress: under the same name it goes on there. Those
/// of the configuration change all at once, those of the API each by itself: no change waits for the destination of
/// another's.</remarks>
internal sealed class DeliveryFront(StreamStore store, TimeProvider time, ILoggerFactory loggers)
    : IDeliveryRunner, IAsyncDisposable
{
    private readonly SemaphoreSlim _configuring = new(1);
    private readonly NamedTurns _turns = new();
    private readonly Lock _gate = new();
    private readonly DeliveryMemory _memory = DeliveryMemory.OfMachine();
    private readonly ConnectBudget _connects = new(time);
    private volatile IReadOnlyList<RunningDelivery> _configured = [];
    private volatile IReadOnlyList<RunningDelivery> _added = [];
    private volatile Exception? _startFailure;
    private volatile bool _isDisposed;

    /// <summary>The error that kept a delivery of the configuration from starting; null when all were
    /// started.</summary>
    public Exception? Failure => _startFailure;

    /// <inheritdoc/>
    public IReadOnlyList<DeliveryDefinition> Configured => [.. _configured.Select(delivery => delivery.Definition)];

    /// <summary>Every delivery's numbers: in the order of the configuration, then those of the API.</summary>
    public IReadOnlyList<DeliveryStatus> Status() =>
        [.. _configured.SelectMany(delivery => delivery.Status()), .. _added.SelectMany(delivery => delivery.Status())];

    /// <summary>Starts what is new in the configuration, stops what is gone, restarts what has changed, and leaves the
    /// rest alone.</summary>
    /// <remarks>When one can't be started those before it run, which <see cref="Failure"/> tells until the next
    /// change.</remarks>
    public async Task UseAsync(IReadOnlyList<DeliveryDefinition> definitions)
    {
        await _configuring.WaitAsync();
        try
        {
            await ConfigureAsync(definitions);
        }
        finally
        {
            _configuring.Release();
        }
    }

    private async Task ConfigureAsync(IReadOnlyList<DeliveryDefinition> definitions)
    {
        var old = _configured;
        var kept = old.Where(delivery => definitions.Contains(delivery.Definition)).ToArray();
        _configured = kept;
        try
        {
            await EndAsync([.. old.Except(kept)]);
            foreach (var definition in definitions)
            {
                if (!kept.Any(delivery => delivery.Definition == definition))
                {
                    _configured = InOrder(definitions, [.. _configured, await StartAsync(definition)]);
                }
            }

            _configured = InOrder(definitions, _configured);
            _startFailure = null;
        }
        catch (Exception error)
        {
            _startFailure = error;
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task RunAsync(DeliveryDefinition definition)
    {
        using var turn = await _turns.TakeAsync(definition.Title);
        await EndAddedAsync(definition.Title);
        var delivery = await StartAsync(definition);
        lock (_gate)
        {
            if (!_isDisposed)
            {
                _added = [.. _added, delivery];
                return;
            }
        }

        await delivery.DisposeAsync();
        throw new ObjectDisposedException(nameof(DeliveryFront));
    }

    /// <inheritdoc/>
    public async Task StopAsync(string title)
    {
        using var turn = await _turns.TakeAsync(title);
        await EndAddedAsync(title);
    }

    /// <inheritdoc/>
    public bool IsRunning(string title) => Find(title) is not null;

    /// <inheritdoc/>
    public async Task FlushAsync(string title, CancellationToken cancellationToken)
    {
        RunningDelivery? last = null;
        while (true)
        {
            // One that was started anew meanwhile goes on where the old one was. A change that is under way ends first.
            (await _turns.TakeAsync(title, cancellationToken)).Dispose();
            var delivery = Find(title);
            if (delivery is null || delivery == last)
            {
                throw new InvalidOperationException($"The delivery {title} does not run.");
            }

            last = delivery;
            if (await delivery.FlushAsync(cancellationToken))
            {
                return;
            }
        }
    }

    /// <summary>Asks a delivery to send now what is collected, and to try now what it would try again later; its
    /// numbers then, or null where none of that name runs.</summary>
    public DeliveryStatus? RequestFlush(string title)
    {
        foreach (var delivery in (RunningDelivery[])[.. _configured, .. _added])
        {
            if (delivery.Definition.Title == title)
            {
                delivery.RequestFlush();
                return delivery.Status()[0];
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public long BacklogOf(string title) => Find(title)?.Status()[0].BacklogRecords ?? 0;

    /// <summary>Stops all of them; what is collected is sent to destinations that answer in time.</summary>
    public async ValueTask DisposeAsync()
    {
        await _configuring.WaitAsync();
        IReadOnlyList<RunningDelivery> running;
        lock (_gate)
        {
            _isDisposed = true;
            running = [.. _configured, .. _added];
            _configured = [];
            _added = [];
        }

        _configuring.Release();
        await EndAsync(running);
    }

    private static IReadOnlyList<RunningDelivery> InOrder(
        IReadOnlyList<DeliveryDefinition> definitions, IReadOnlyList<RunningDelivery> deliveries) =>
        [.. definitions.SelectMany(definition => deliveries.Where(delivery => delivery.Definition == definition))];

    private static Task EndAsync(IReadOnlyList<RunningDelivery> deliveries) =>
        Task.WhenAll(deliveries.Select(delivery => delivery.DisposeAsync().AsTask()));

    private RunningDelivery? Find(string title) =>
        _added.FirstOrDefault(delivery => delivery.Definition.Title == title);

    private async Task EndAddedAsync(string title)
    {
        if (Find(title) is { } delivery)
        {
            lock (_gate)
            {
                _added = [.. _added.Where(other => other != delivery)];
            }

            await delivery.DisposeAsync();
        }
    }

    private async Task<RunningDelivery> StartAsync(DeliveryDefinition definition)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        var engine = new DeliveryEngine(store, [definition], time, loggers, _memory, _connects);
        try
        {
            await engine.StartAsync();
            return new RunningDelivery(definition, engine);
        }
        catch
        {
            await engine.DisposeAsync();
            throw;
        }
    }
}
