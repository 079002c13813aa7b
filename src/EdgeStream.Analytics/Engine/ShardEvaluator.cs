using System.Text;
using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Analytics;

/// <summary>Runs the rules of one shard: reads, evaluates, writes alerts, saves.</summary>
/// <remarks>
/// Exactly once: state and input position are saved together, after the alerts that belong to them are durable.
/// After a crash
/// the input after the saved position is evaluated again; it gives the same alerts with the same ids, and those that
/// stand in
/// the alerts stream after the saved position are not appended again. One caller at a time, except for the public
/// reads.
/// </remarks>
internal sealed class ShardEvaluator : IDisposable
{
    private const int RecordsPerStepMax = 256;
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    /// <summary>Silence is looked at no more often: with many rules that is as much work as a record is.</summary>
    private static readonly TimeSpan TickIntervalMin = TimeSpan.FromMilliseconds(50);

    /// <summary>After alerts a save comes soon, so that a crash publishes few of them again.</summary>
    private static readonly TimeSpan AlertSaveDelay = TimeSpan.FromSeconds(1);

    private readonly ShardEvaluation _evaluation;
    private readonly StreamConsumer _consumer;
    private readonly Shard _shard;
    private readonly ShardRules _rules;
    private readonly SnapshotStore _snapshots;
    private readonly AlertWriter _writer;
    private readonly PendingBoard _pending;
    private readonly TimeProvider _timeProvider;
    private readonly SemaphoreSlim _wake = new(0, 1);
    private UserRecordReader? _reader;
    private long _misplaced;
    private SequenceNumber _input;
    private int _within;
    private SequenceNumber _saved;
    private SequenceNumber _replayEnd;
    private long _savedAt;
    private long? _tickedAt;
    private bool _isReplaying;
    private bool _isRepeated;
    private bool _hasAlerted;

    public ShardEvaluator(
        ShardEvaluation evaluation, StreamConsumer consumer, Shard shard, IEnumerable<RuleDefinition> definitions)
    {
        _evaluation = evaluation;
        _consumer = consumer;
        _shard = shard;
        _timeProvider = evaluation.TimeProvider;
        _rules = new ShardRules(consumer.Stream.Name, shard.Id, definitions, evaluation.Options.KeysPerRuleMax);
        _snapshots = new SnapshotStore(evaluation.State, consumer, shard, evaluation.Alerts);
        _pending = new PendingBoard(_rules, _timeProvider);
        _writer = new AlertWriter(evaluation.Alerts, evaluation.Book, evaluation.Publisher, evaluation.Logger);
    }

    public IReadOnlyList<Rule> Rules => _rules.Rules;

    /// <summary>The shard.</summary>
    public Shard Shard => _shard;

    /// <summary>Keys whose condition holds, not long enough to fire yet.</summary>
    public IReadOnlyList<PendingAlert> Pending => _pending.Pending;

    /// <summary>Whether the shard is closed, and everything in it is evaluated and saved.</summary>
    public bool IsFinished { get; private set; }

    /// <summary>The last error that keeps alerts or state from being written; null when the latest try
    /// succeeded.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Restores the state and opens the input behind it.</summary>
    public async ValueTask StartAsync(CancellationToken cancellationToken)
    {
        _replayEnd = _shard.NewestSequence;
        var header = await _snapshots.RestoreAsync(_rules, cancellationToken);

        // A relaxed durability lets a power cut take records that the saved state has seen: the input goes on where
        // it ends.
        var input = _consumer.Checkpoint(_shard) ?? _replayEnd;
        _input = input <= _replayEnd ? input : _replayEnd;
        _within = input == _input ? _snapshots.Within : 0;
        _rules.Resume(_timeProvider.GetTimestamp());
        _isReplaying = true;
        if (header is not null)
        {
            var names = _rules.Rules.Select(rule => rule.Definition.Name).ToHashSet(StringComparer.Ordinal);
            _writer.ReadFound(header, names, _rules.Sink.Fired);
            _rules.Recall();
        }

        foreach (var alert in _rules.Rules.SelectMany(rule => rule.Standing(_rules.Sink)))
        {
            _evaluation.Book.Apply(alert);
        }

        _saved = _input;
        _savedAt = _timeProvider.GetTimestamp();
        if (header is null)
        {
            await SaveAsync(cancellationToken);
        }

        _reader = new UserRecordReader(
            _shard.OpenReader(ShardPosition.After(_input)),
            _within > 0 ? new GroupCheckpoint(_input.Next, _within - 1) : new GroupCheckpoint(_input));
    }

    /// <summary>Whether a shard is closed and its rules have nothing to do any more.</summary>
    public static bool IsDone(StreamConsumer consumer, Shard shard) =>
        shard.State != ShardState.Open && consumer.NextSequence(shard) > shard.NewestSequence;

    /// <summary>Runs until cancelled or to the end of a closed shard, then saves.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await LoopAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await StopAsync();
        }
        catch (Exception e)
        {
            Failure = e;
            Log.Stopped(_evaluation.Logger, e, _consumer.Stream.Name, _shard.Id);
        }
    }

    /// <summary>Has the loop look at silent keys and due saves.</summary>
    public void Wake()
    {
        if (_wake.CurrentCount == 0)
        {
            try
            {
                _wake.Release();
            }
            catch (Exception e) when (e is SemaphoreFullException or ObjectDisposedException)
            {
                // Someone else woke the loop in between, or it has ended.
                return;
            }
        }
    }

    /// <summary>Evaluates what is there up to a bound, writes its alerts, and saves if it is due.</summary>
    /// <returns>Whether the input's end was reached.</returns>
    public async ValueTask<bool> StepAsync(CancellationToken cancellationToken)
    {
        var isAtEnd = ReadSome();
        await WriteAlertsAsync(cancellationToken);
        if (_isReplaying && (isAtEnd || _input >= _replayEnd))
        {
            await EndReplayAsync(cancellationToken);
        }

        var isOver = isAtEnd && _reader!.Reader.IsAtEnd;
        if (isAtEnd && !isOver && IsTickDue())
        {
            // The keys of a shard that is over have gone on elsewhere: their silence here means nothing.
            _rules.Tick(_timeProvider);
            await WriteAlertsAsync(cancellationToken);
        }

        if (isOver)
        {
            _input = _shard.NewestSequence;
            await SaveAsync(cancellationToken);
            IsFinished = _saved == _input && Failure is null;
        }
        else if (IsSaveDue())
        {
            await SaveAsync(cancellationToken);
        }

        _pending.Update();
        return isAtEnd;
    }

    public void Dispose()
    {
        _reader?.Dispose();
        _wake.Dispose();
    }

    private async Task LoopAsync(CancellationToken cancellationToken)
    {
        Task? readable = null;
        Task? woken = null;
        while (!IsFinished)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                var isAtEnd = await StepAsync(cancellationToken);
                if (isAtEnd && _reader!.Reader.IsAtEnd && !IsFinished)
                {
                    await Task.Delay(RetryDelay, _timeProvider, cancellationToken);
                }
                else if (isAtEnd && !IsFinished)
                {
                    readable ??= _reader!.Reader.WaitAsync(cancellationToken).AsTask();
                    woken ??= _wake.WaitAsync(cancellationToken);
                    await await Task.WhenAny(readable, woken);
                    readable = readable.IsCompleted ? null : readable;
                    woken = woken.IsCompleted ? null : woken;
                }
            }
            catch (Exception e) when (e is StreamException or IOException)
            {
                // The alerts stay in the sink and the input waits in its log until the stream takes alerts again.
                Failure = e;
                Log.AppendFailed(_evaluation.Logger, e, _consumer.Stream.Name);
                await Task.Delay(RetryDelay, _timeProvider, cancellationToken);
            }
        }
    }

    private async Task StopAsync()
    {
        try
        {
            await WriteAlertsAsync(CancellationToken.None);
            if (_input > _saved || _rules.Unsaved.Bytes > 0)
            {
                await SaveAsync(CancellationToken.None);
            }
        }
        catch (Exception e) when (e is StreamException or IOException)
        {
            Failure = e;
            Log.Stopped(_evaluation.Logger, e, _consumer.Stream.Name, _shard.Id);
        }
    }

    private bool ReadSome()
    {
        if (_rules.Sink.Alerts.Count > 0)
        {
            return false;
        }

        var monotonic = _timeProvider.GetTimestamp();
        for (var count = 0; count < RecordsPerStepMax; count++)
        {
            if (_rules.Unsaved.Bytes >= _rules.UnsavedBytesMax)
            {
                return false;
            }

            var step = _reader!.Read(out var record);
            if (step == LogReadStep.Gap)
            {
                var gap = _reader.Reader.Gap;
                Log.Missed(
                    _evaluation.Logger,
                    _consumer.Stream.Name,
                    _shard.Id,
                    gap.First.Value,
                    gap.Last.Value,
                    gap.Reason);
                continue;
            }

            TellOfMisplaced();
            if (step == LogReadStep.None)
            {
                _input = PositionBehind(_reader);
                _within = 0;
                return true;
            }

            _rules.Evaluate(in record, monotonic);
            _within = _reader.IsWithinRecord ? record.SubSequence.GetValueOrDefault() + 1 : 0;
            _input = _within > 0 ? record.Sequence.Previous : record.Sequence;
            if (_rules.Sink.Alerts.Count > 0)
            {
                return false;
            }
        }

        return false;
    }

    /// <summary>The last position that nothing stands behind: records that hold nothing are passed, too.</summary>
    private SequenceNumber PositionBehind(UserRecordReader reader)
    {
        var position = reader.Reader.NextSequence.Previous;
        return position > _input ? position : _input;
    }

    private void TellOfMisplaced()
    {
        if (_reader!.MisplacedRecords > _misplaced)
        {
            _misplaced = _reader.MisplacedRecords;
            Log.Misplaced(_evaluation.Logger, _consumer.Stream.Name, _shard.Id, _misplaced);
        }
    }

    private async ValueTask WriteAlertsAsync(CancellationToken cancellationToken)
    {
        if (_rules.Sink.Alerts.Count == 0)
        {
            return;
        }

        var isRepeated = _isRepeated;
        _isRepeated = true;
        await _writer.WriteAsync(_rules.Sink.Alerts, isRepeated, cancellationToken);
        _isRepeated = false;
        _hasAlerted = true;
        Failure = null;
        _rules.Sink.Clear();
        if (!_isReplaying)
        {
            _writer.ForgetFound();
        }
    }

    /// <summary>Everything that was there at start is evaluated: what stands in the book by no rule's state is
    /// over.</summary>
    private async ValueTask EndReplayAsync(CancellationToken cancellationToken)
    {
        _rules.EndReplay();
        await WriteAlertsAsync(cancellationToken);
        _isReplaying = false;
        _snapshots.EndReplay();
        _rules.Sink.Fired.Clear();
        _writer.ForgetFound();
        var rules = _rules.Rules.ToDictionary(rule => rule.Definition.Name, StringComparer.Ordinal);
        var standing = _rules.Rules.SelectMany(rule => rule.Standing(_rules.Sink)).Select(alert => alert.Id)
            .ToHashSet(StringComparer.Ordinal);
        var now = Timestamp.From(_timeProvider.GetUtcNow());
        foreach (var alert in _evaluation.Book.Snapshot())
        {
            if (alert.State == AlertState.Firing && rules.ContainsKey(alert.Rule) && !standing.Contains(alert.Id)
                && _consumer.Stream.ShardFor(Encoding.UTF8.GetBytes(alert.Key)).Id == _shard.Id)
            {
                // Also that of a shard whose keys this one has taken over: the rule begins anew with them.
                _rules.Sink.AddRetracted(AlertSink.Retract(alert, now));
            }
        }

        await WriteAlertsAsync(cancellationToken);
    }

    private bool IsSaveDue()
    {
        var options = _evaluation.Options;
        var records = _input.Value - _saved.Value;
        var interval = _hasAlerted && AlertSaveDelay < options.SnapshotInterval
            ? AlertSaveDelay
            : options.SnapshotInterval;
        return (records > 0 || _rules.Unsaved.Bytes > 0)
            && (records >= options.SnapshotRecordsMax
                || _rules.Unsaved.Bytes >= _rules.UnsavedBytesMax
                || _timeProvider.GetElapsedTime(_savedAt) >= interval);
    }

    private bool IsTickDue()
    {
        var now = _timeProvider.GetTimestamp();
        if (_tickedAt is { } last && _timeProvider.GetElapsedTime(last, now) < TickIntervalMin)
        {
            return false;
        }

        _tickedAt = now;
        return true;
    }

    private async ValueTask SaveAsync(CancellationToken cancellationToken)
    {
        _savedAt = _timeProvider.GetTimestamp();
        try
        {
            await _snapshots.SaveAsync(_rules, _input, _within, cancellationToken);
            _saved = _input;
            _hasAlerted = false;
            Failure = null;
        }
        catch (IOException e)
        {
            Failure = e;
            Log.SaveFailed(_evaluation.Logger, e, _consumer.Stream.Name);
        }
    }
}
