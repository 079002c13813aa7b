using EdgeStream.Analytics;
using EdgeStream.Gateway.Cli.LogTools;
using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Gateway.Cli.Backtest;

/// <summary>One back-test: replays a rule over the shards of its stream and reads what was raised.</summary>
internal sealed class BacktestRun(CommandOutput output, RuleDefinition rule, BacktestTime time, bool isProgressShown)
{
    private const int RecordsPerProgress = 1_000;

    private readonly RaisedAlertList _would = new();
    private readonly RaisedAlertList _was = new();
    private readonly UserRecordSplitter _splitter = new();
    private readonly long _started = TimeProvider.System.GetTimestamp();
    private TimeSpan _elapsed;
    private long _records;
    private long _ignored;

    /// <summary>Whether records in the time are missing.</summary>
    public bool IsDamaged { get; private set; }

    /// <summary>Evaluates the shards, each for itself.</summary>
    public void Replay(LogTargets targets)
    {
        var looks = new List<(LogTarget Target, LogLook Look)>();
        try
        {
            foreach (var target in targets.All)
            {
                looks.Add((target, targets.Open(target)));
            }

            using var progress = new ProgressLine(output, isProgressShown, looks.Sum(look => BytesOf(look.Look.Log)));
            foreach (var (target, look) in looks)
            {
                Replay(target, look, progress, targets.IsLive);
            }
        }
        finally
        {
            looks.ForEach(look => look.Look.Dispose());
        }

        _elapsed = TimeProvider.System.GetElapsedTime(_started);
    }

    /// <summary>Reads the alerts of the rule that stand in the alerts stream.</summary>
    public void ReadRaised(string folder, LogEncryption? encryption)
    {
        var targets = LogTargets.Find(folder, AlertJson.StreamName, null, null, encryption);
        foreach (var target in targets.All)
        {
            using var look = targets.Open(target);
            new RangeReading(
                new LogRange(null, null, long.MaxValue),
                look,
                (in LogRecord record) =>
                {
                    if (AlertJson.TryRead(record.Value, out var alert) && alert.Rule == rule.Name)
                    {
                        _was.Add(alert);
                    }
                },
                gap => Tell(target, gap)).Run();
            IsDamaged |= look.TellUnreadable(output);
        }
    }

    /// <summary>Puts both beside each other.</summary>
    public BacktestReport Compare() => new(
        rule,
        time,
        RaisedAlertPair.Compare(InTime(_would), InTime(_was)),
        _records,
        _ignored,
        _elapsed,
        _would.Left + _was.Left);

    private RaisedAlert[] InTime(RaisedAlertList list) =>
        [.. list.Alerts.Where(raised => raised.Overlaps(time.From, time.To))];

    private void Replay(LogTarget target, LogLook look, ProgressLine progress, bool isLive)
    {
        var replay = new RuleReplay(target.Stream, target.Shard, [rule], _would.Add);
        var last = default(Timestamp);
        long bytes = 0;
        var count = 0;
        new RangeReading(
            new LogRange(PlaceOf(time.FirstArrival), PlaceOf(time.To), long.MaxValue),
            look,
            (in LogRecord record) =>
            {
                Evaluate(replay, in record);
                last = record.ArrivalTime;
                bytes += record.Key.Length + record.Value.Length;
                if (++count == RecordsPerProgress)
                {
                    progress.Add(bytes, target.Name);
                    (count, bytes) = (0, 0);
                }
            },
            gap =>
            {
                progress.Clear();
                Tell(target, gap);
            }).Run();
        progress.Add(bytes, target.Name);
        progress.Clear();
        if (isLive)
        {
            LetPass(replay, last);
        }

        _ignored += replay.IgnoredRecords;
        IsDamaged |= look.TellUnreadable(output);
    }

    /// <summary>What is pending at the last record may fire in the silence behind it, while a gateway is
    /// running.</summary>
    private void LetPass(RuleReplay replay, Timestamp last)
    {
        var end = time.To ?? Timestamp.From(TimeProvider.System.GetUtcNow());
        if (last.UnixMicroseconds > 0 && end > last)
        {
            replay.Pass(TimeSpan.FromMicroseconds(end.UnixMicroseconds - last.UnixMicroseconds));
        }
    }

    private void Evaluate(RuleReplay replay, in LogRecord record)
    {
        var isAggregated = _splitter.TryOpen(record.Value);
        if (!isAggregated)
        {
            _records++;
            Evaluate(replay, in record, record.Key, record.Value, null);
            return;
        }

        while (_splitter.TryNext(out var key, out var data))
        {
            _records++;
            Evaluate(replay, in record, key, data, _splitter.SubSequence);
        }
    }

    private static void Evaluate(
        RuleReplay replay, in LogRecord record, ReadOnlySpan<byte> key, ReadOnlySpan<byte> data, int? subSequence)
    {
        var one = new StreamRecord
        {
            Sequence = record.Sequence,
            SubSequence = subSequence,
            ArrivalTime = record.ArrivalTime,
            EventTime = record.EventTime,
            PartitionKey = key,
            Data = data,
        };
        replay.Evaluate(in one, record.MonotonicMicroseconds, record.BootOrdinal);
    }

    /// <summary>About how many bytes of keys and values there are to read: the log's, by the share of its records that
    /// lie in the time.</summary>
    private long BytesOf(LogInspection log)
    {
        var first = time.FirstArrival is { } from ? log.FindByArrivalTime(from) : log.OldestSequence;
        var all = log.NewestSequence.Value - log.OldestSequence.Value + 1;
        var wanted = log.NewestSequence.Value - first.Value + 1;
        return all <= 0 ? 0 : (long)(log.UsedBytes * ((double)Math.Clamp(wanted, 0, all) / all));
    }

    private void Tell(LogTarget target, LogGap gap)
    {
        if (gap.Reason == LogGapReason.Evicted)
        {
            return;
        }

        IsDamaged = true;
        output.Error.WriteLine($"edgestream: {target.Name}: records {gap.First} to {gap.Last} are missing: damaged.");
    }

    private static LogPlace? PlaceOf(Timestamp? at) => at is { } place ? new LogPlace(null, place) : null;
}
