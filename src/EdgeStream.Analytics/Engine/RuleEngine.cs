using EdgeStream.Storage;
using EdgeStream.Streams;
using Microsoft.Extensions.Logging;

namespace EdgeStream.Analytics;

/// <summary>Evaluates rules on streams and raises alerts, exactly once over restarts and crashes.</summary>
/// <remarks>
/// Thread-safe. Every shard of every watched stream has one loop, which reads by the consumer <c>rules</c> and
/// serves all the stream's rules in one pass; after a split or merge the children's loops begin when the parents' have
/// ended. A rule starts with the records that come after it was first switched on. Alerts are
/// appended
/// to the stream <c>alerts</c> under the rule's name as partition key, then published. A changed rule (anything but
/// severity
/// and message) or a removed one loses its state, and its alerts that stand are resolved.
/// </remarks>
public sealed class RuleEngine : IAsyncDisposable
{
    /// <summary>How many rules may watch one stream.</summary>
    public const int RulesPerStreamMax = 1_000;

    private const string ConsumerName = "rules";

    private readonly ShardEvaluation _evaluation;
    private readonly IReadOnlyList<RuleDefinition> _definitions;
    private readonly List<StreamWatch> _watches = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<Task> _running = [];
    private ITimer? _timer;
    private int _isDisposed;

    private RuleEngine(ShardEvaluation evaluation, IReadOnlyList<RuleDefinition> definitions)
    {
        _evaluation = evaluation;
        _definitions = definitions;
    }

    /// <summary>The alerts that stand and the latest that do not, also those of before the start.</summary>
    public AlertBook Alerts => _evaluation.Book;

    /// <summary>The first error that keeps rules from being evaluated, alerts from being written or state from being
    /// saved.</summary>
    public Exception? Failure => Evaluators.Select(evaluator => evaluator.Failure).FirstOrDefault(e => e is not null);

    /// <summary>Restores what was saved and starts to evaluate.</summary>
    /// <param name="store">Holds the watched streams, which must exist, and the alerts stream, which is made if
    /// missing.</param>
    /// <param name="rules">The rules; none is fine.</param>
    /// <param name="publisher">Receives the alerts.</param>
    /// <param name="logger">Receives life cycle and alerts.</param>
    /// <param name="options">Bounds and intervals; null for the defaults.</param>
    /// <param name="timeProvider">Clock and timers; null for the system's.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <exception cref="ArgumentException">A rule is invalid or double, or its stream does not exist.</exception>
    public static async ValueTask<RuleEngine> StartAsync(
        StreamStore store,
        IReadOnlyList<RuleDefinition> rules,
        IAlertPublisher publisher,
        ILogger<RuleEngine> logger,
        RuleEngineOptions? options = null,
        TimeProvider? timeProvider = null,
        CancellationToken cancellationToken = default)
    {
        Check(store, rules);
        options ??= new RuleEngineOptions();
        if (!store.TryGet(AlertJson.StreamName, out var alerts))
        {
            alerts = await store.CreateOrUpdateAsync(
                new StreamDefinition { Name = AlertJson.StreamName }, cancellationToken);
        }

        var book = new AlertBook(options.AlertBookCapacity, options.Flapping);
        var evaluation = new ShardEvaluation(
            store.State, alerts, book, publisher, options, timeProvider ?? TimeProvider.System, logger);
        var engine = new RuleEngine(evaluation, rules);
        engine.ReadBook();
        await engine.ForgetRemovedAsync(cancellationToken);
        foreach (var group in rules.GroupBy(rule => rule.Stream, StringComparer.Ordinal))
        {
            await engine.WatchAsync(store, group.Key, [.. group], cancellationToken);
        }

        engine.Run();
        return engine;
    }

    /// <summary>How every rule stands now, in the order of the definitions.</summary>
    public IReadOnlyList<RuleStatus> Rules
    {
        get
        {
            var byName = Evaluators.SelectMany(evaluator => evaluator.Rules)
                .ToLookup(rule => rule.Definition.Name, StringComparer.Ordinal);
            return [.. _definitions.Select(definition => StatusOf(definition, [.. byName[definition.Name]]))];
        }
    }

    /// <summary>Keys whose condition holds for less than their rule's <c>for:</c>, at most 100 a shard, a quarter of a
    /// second old at most.</summary>
    public IReadOnlyList<PendingAlert> Pending => [.. Evaluators.SelectMany(evaluator => evaluator.Pending)];

    /// <summary>Looks at silent keys and due saves; called by the engine's own timer.</summary>
    public void Tick()
    {
        foreach (var evaluator in Evaluators)
        {
            evaluator.Wake();
        }
    }

    /// <summary>Stops evaluating and saves, so that nothing is evaluated again at the next start.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        if (_timer is not null)
        {
            await _timer.DisposeAsync();
        }

        await _stopping.CancelAsync();
        await Task.WhenAll(_running);
        _watches.ForEach(watch => watch.Dispose());
        _stopping.Dispose();
    }

    private IEnumerable<ShardEvaluator> Evaluators => _watches.SelectMany(watch => watch.Evaluators);

    private static void Check(StreamStore store, IReadOnlyList<RuleDefinition> rules)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var rule in rules)
        {
            if (rule.Validate() is [var error, ..])
            {
                throw new ArgumentException($"Rule {rule.Name}, {error.Member}: {error.Message}", nameof(rules));
            }

            if (!names.Add(rule.Name))
            {
                throw new ArgumentException($"Two rules are called {rule.Name}.", nameof(rules));
            }

            if (!store.TryGet(rule.Stream, out _))
            {
                throw new ArgumentException(
                    $"Rule {rule.Name} watches stream {rule.Stream}, which does not exist. Streams are "
                    + $"{string.Join(", ", store.Streams.Select(stream => stream.Name))}.", nameof(rules));
            }
        }

        var many = rules.GroupBy(rule => rule.Stream).FirstOrDefault(
            group => group.Sum(static rule => rule.Weight) > RulesPerStreamMax);
        if (many is not null)
        {
            throw new ArgumentException(
                $"{many.Count()} rules watch stream {many.Key}; at most {RulesPerStreamMax} may, and one with method "
                + $"default counts as {DetectorRuleDefinition.DetectorWeight}, one with 'for' but above or below as 2.",
                nameof(rules));
        }
    }

    private async ValueTask WatchAsync(
        StreamStore store, string name, IReadOnlyList<RuleDefinition> rules, CancellationToken cancellationToken)
    {
        store.TryGet(name, out var stream);
        var consumer = store.OpenConsumer(stream!, ConsumerName, ShardPosition.Latest);
        var watch = new StreamWatch(_evaluation, consumer, rules);
        _watches.Add(watch);
        await watch.StartAsync(cancellationToken);
        Log.Watching(_evaluation.Logger, name, rules.Count, stream!.OpenShards.Count);
    }

    private void Run()
    {
        _running.AddRange(_watches.Select(watch => Task.Run(() => watch.RunAsync(_stopping.Token))));
        if (_watches.Count > 0)
        {
            _timer = _evaluation.TimeProvider.CreateTimer(
                static engine => ((RuleEngine)engine!).Tick(), this, _evaluation.Options.TickInterval,
                _evaluation.Options.TickInterval);
        }
    }

    private void ReadBook()
    {
        foreach (var shard in _evaluation.Alerts.Shards)
        {
            var first = Math.Max(0, shard.NewestSequence.Value - _evaluation.Options.AlertBookRecordsRead);
            using var reader = shard.OpenReader(ShardPosition.After(new SequenceNumber(first)));
            while (reader.TryRead(out var record))
            {
                if (AlertJson.TryRead(record.Data, out var alert))
                {
                    _evaluation.Book.Apply(alert);
                }
            }
        }
    }

    /// <summary>Drops state of streams that no rule watches any more, and resolves alerts of rules that are
    /// gone.</summary>
    private async ValueTask ForgetRemovedAsync(CancellationToken cancellationToken)
    {
        var watched = _definitions.Select(rule => $"{SnapshotStore.Root}{rule.Stream}/")
            .ToHashSet(StringComparer.Ordinal);
        var batch = new StateBatch();
        foreach (var entry in _evaluation.State.List(SnapshotStore.Root))
        {
            if (!watched.Any(prefix => entry.Key.StartsWith(prefix, StringComparison.Ordinal)))
            {
                batch.Delete(entry.Key);
            }
        }

        await _evaluation.State.CommitAsync(batch, cancellationToken);
        var names = _definitions.Select(rule => rule.Name).ToHashSet(StringComparer.Ordinal);
        var now = Timestamp.From(_evaluation.TimeProvider.GetUtcNow());
        var orphans = Alerts.Snapshot()
            .Where(alert => alert.State == AlertState.Firing && !names.Contains(alert.Rule))
            .Select(alert => AlertSink.Retract(alert, now)).ToList();
        var writer = new AlertWriter(_evaluation.Alerts, Alerts, _evaluation.Publisher, _evaluation.Logger);
        await writer.WriteAsync(orphans, isRepeated: false, cancellationToken);
    }

    private static RuleStatus StatusOf(RuleDefinition definition, IReadOnlyList<Rule> rules)
    {
        var (firing, pending) = (rules.Sum(rule => rule.Firing), rules.Sum(rule => rule.Pending));
        var state = firing > 0 ? "firing" : pending > 0 ? "pending" : "ok";
        return new RuleStatus(
            definition.Name, definition.Kind, definition.Stream, definition.Field, state, firing, pending,
            definition.Description, rules.Sum(rule => rule.Ignored), rules.Sum(rule => rule.Untracked),
            rules.Sum(rule => rule.Dropped));
    }
}
