using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Analytics;

/// <summary>The rules of one stream: an evaluator for each shard whose turn it is.</summary>
/// <remarks>
/// A child of a split or merge begins when its parents are evaluated to their end, with rules that remember nothing of
/// its keys: an alert that stood is resolved then, and fires again if its condition still holds.
/// </remarks>
internal sealed class StreamWatch : IDisposable
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly ShardEvaluation _evaluation;
    private readonly StreamConsumer _consumer;
    private readonly IReadOnlyList<RuleDefinition> _rules;
    private readonly ShardSuccession _succession;
    private readonly Lock _gate = new();
    private readonly Queue<ShardEvaluator> _ready = [];
    private ShardEvaluator[] _evaluators = [];

    public StreamWatch(ShardEvaluation evaluation, StreamConsumer consumer, IReadOnlyList<RuleDefinition> rules)
    {
        _evaluation = evaluation;
        _consumer = consumer;
        _rules = rules;
        _succession = new ShardSuccession(consumer.Stream);
    }

    /// <summary>Those at work, or about to be.</summary>
    public IReadOnlyList<ShardEvaluator> Evaluators => Volatile.Read(ref _evaluators);

    /// <summary>
    /// Restores the rules of the shards that can be begun, and forgets those of shards that have gone.
    /// </summary>
    public async ValueTask StartAsync(CancellationToken cancellationToken)
    {
        await ForgetExpiredAsync(cancellationToken);
        await BeginReadyAsync(cancellationToken);
    }

    /// <summary>Evaluates the shards as their turn comes, until cancelled; each saves when it ends.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var running = new List<Task>();
        var cancelled = new TaskCompletionSource();
        using var registration = cancellationToken.Register(() => cancelled.TrySetResult());
        while (!cancellationToken.IsCancellationRequested)
        {
            while (_ready.TryDequeue(out var evaluator))
            {
                running.Add(Task.Run(() => RunAsync(evaluator, cancellationToken), CancellationToken.None));
            }

            running.RemoveAll(static task => task.IsCompleted);
            await Task.WhenAny(_succession.WhenMore(), cancelled.Task);
            await TryBeginReadyAsync(cancellationToken);
        }

        await Task.WhenAll(running);
    }

    public void Dispose() => Array.ForEach(_evaluators, static evaluator => evaluator.Dispose());

    private async Task RunAsync(ShardEvaluator evaluator, CancellationToken cancellationToken)
    {
        await evaluator.RunAsync(cancellationToken);
        if (evaluator.IsFinished)
        {
            lock (_gate)
            {
                Volatile.Write(ref _evaluators, Array.FindAll(_evaluators, other => other != evaluator));
            }

            evaluator.Dispose();
            _succession.Finish(evaluator.Shard);
        }
    }

    private async Task TryBeginReadyAsync(CancellationToken cancellationToken)
    {
        if (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await BeginReadyAsync(cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                // The end that was asked for: the shard is begun at the next start.
                return;
            }
        }
    }

    private async ValueTask BeginReadyAsync(CancellationToken cancellationToken)
    {
        for (var ready = _succession.TakeReady(); ready.Count > 0; ready = _succession.TakeReady())
        {
            foreach (var shard in ready)
            {
                if (ShardEvaluator.IsDone(_consumer, shard))
                {
                    _succession.Finish(shard);
                }
                else
                {
                    await BeginAsync(shard, cancellationToken);
                }
            }
        }
    }

    private async ValueTask BeginAsync(Shard shard, CancellationToken cancellationToken)
    {
        while (true)
        {
            var evaluator = new ShardEvaluator(_evaluation, _consumer, shard, _rules);
            try
            {
                await evaluator.StartAsync(cancellationToken);
            }
            catch (IOException error) when (shard.ParentShardId is not null)
            {
                // Nobody waits for this start who could be told.
                evaluator.Dispose();
                Log.SaveFailed(_evaluation.Logger, error, _consumer.Stream.Name);
                await Task.Delay(RetryDelay, _evaluation.TimeProvider, cancellationToken);
                continue;
            }

            lock (_gate)
            {
                Volatile.Write(ref _evaluators, [.. _evaluators, evaluator]);
            }

            _ready.Enqueue(evaluator);
            return;
        }
    }

    private async ValueTask ForgetExpiredAsync(CancellationToken cancellationToken)
    {
        var prefix = $"{SnapshotStore.Root}{_consumer.Stream.Name}/";
        var batch = new StateBatch();
        foreach (var (key, _) in _evaluation.State.List(prefix))
        {
            var rest = key[prefix.Length..];
            var end = rest.IndexOf('/');
            if (!_consumer.Stream.TryGetShard(end < 0 ? rest : rest[..end], out _))
            {
                batch.Delete(key);
            }
        }

        await _evaluation.State.CommitAsync(batch, cancellationToken);
    }
}
