using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Delivery;

/// <summary>Takes one shard's records to the destination: in strict order by one lane, or what comes now by one and
/// what has waited through an outage by another.</summary>
/// <remarks>The lane for history is there as long as there is any. Memory: a batch a lane.</remarks>
internal sealed class ShardPipeline : IDisposable
{
    private readonly ShardContext _context;
    private readonly ShardLedger _ledger;
    private readonly PipelineSignals _signals = new();
    private readonly PipelineSignals _historySignals = new();
    private readonly LaneGate _gate;
    private readonly ShardLane _lane;

    /// <summary>Makes the pipeline; nothing is read or sent yet.</summary>
    public ShardPipeline(ShardContext context)
    {
        var (definition, store, storeId, consumer, shard, _, destination, link, _, time, logger) = context;
        _context = context;
        _gate = new LaneGate(_historySignals);
        Progress = new ShardProgress(shard, link.Drain, time, definition.LiveFirst);
        _ledger = new ShardLedger(definition, store.State, storeId, consumer, shard, Progress, time);
        _lane = new ShardLane(
            context, _ledger, definition.LiveFirst ? LaneKind.Live : LaneKind.Ordered,
            definition.LiveFirst
                ? new LiveRules(
                    definition, shard, _ledger, Progress.Last, _gate, _signals, _historySignals,
                    !destination.KeepsOnTheWay, time, logger)
                : new LaneRules(definition),
            Progress.Last, _signals);
    }

    /// <summary>The shard.</summary>
    public Shard Shard => _context.Shard;

    /// <summary>Whether the shard is closed and everything in it is delivered or gone.</summary>
    public bool IsFinished => _lane.IsFinished;

    /// <summary>The published numbers.</summary>
    public ShardProgress Progress { get; }

    /// <summary>Fixes the start position; a failure is left for <see cref="RunAsync"/> to retry and show.</summary>
    public ValueTask LoadAsync() => _lane.LoadAsync();

    /// <summary>
    /// Delivers until stopped, or to the end of a closed shard. Never throws: whatever fails is logged, shown and
    /// tried again.
    /// </summary>
    public async Task RunAsync()
    {
        var history = _context.Definition.LiveFirst ? RunHistoryAsync() : Task.CompletedTask;
        await _lane.RunAsync();
        _historySignals.RequestStop();
        await history;
    }

    /// <summary>Sends what is collected without waiting for the buffer, and retries now rather than later.</summary>
    public Task FlushAsync(CancellationToken cancellationToken) =>
        Progress.WaitForAsync(RequestFlush(), cancellationToken);

    /// <summary>Asks for the same without waiting for it; up to which record.</summary>
    public SequenceNumber RequestFlush()
    {
        var target = Shard.NewestSequence;
        _signals.RequestFlush(target.Value);
        _historySignals.RequestFlush(target.Value);
        return target;
    }

    /// <summary>Tries now what would be tried again later: the link may be back.</summary>
    public void Wake()
    {
        _signals.NoteLink();
        _historySignals.NoteLink();
    }

    /// <summary>Ends collecting: one attempt is made for the batch in memory, then the pipeline ends.</summary>
    public void RequestStop()
    {
        _signals.RequestStop();
        _historySignals.RequestStop();
    }

    /// <summary>Ends the attempt under way; its batch stays pending.</summary>
    public void Abort()
    {
        _signals.Abort();
        _historySignals.Abort();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _signals.Dispose();
        _historySignals.Dispose();
        _lane.Dispose();
    }

    private async Task RunHistoryAsync()
    {
        var rules = new HistoryRules(_context.Definition, _ledger, _gate, _historySignals);
        while (await rules.WaitForHistoryAsync())
        {
            using var lane = new ShardLane(
                _context, _ledger, LaneKind.History, rules, Progress.First, _historySignals);
            await lane.RunAsync();
            if (!_historySignals.IsStopping)
            {
                Log.HistoryDrained(_context.Logger, _context.Definition.Name, Shard.Id);
                _signals.Wake.Set();
            }
        }
    }
}
