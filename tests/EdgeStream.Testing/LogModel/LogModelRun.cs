using System.Globalization;
using System.Text;
using EdgeStream.Storage;

namespace EdgeStream.Testing;

/// <summary>
/// A log's random life on a disk that loses, tears and reorders what was not synced, fails and runs full; every step is
/// compared with a model in memory.
/// </summary>
/// <remarks>Everything comes from one seed and runs on one thread: the same seed gives the same life.</remarks>
public sealed class LogModelRun
{
    private const string Folder = "/model";
    private const int SegmentSizeBytes = 64 << 10;
    private const int OperationsInTroubleMax = 6;

    private readonly SortedDictionary<string, long> _counts = new(StringComparer.Ordinal);
    private readonly LogContent _content = new();
    private readonly BatchLedger _batches = new();
    private readonly ManualTimeProvider _time = new();
    private readonly LogClock _clock;
    private readonly SimulatedDisk _disk;
    private readonly IDisk _seenDisk;
    private readonly Random _random;
    private readonly LogModelOptions _life;
    private readonly SegmentDamage _damage;
    private readonly StandingReaders _readers;
    private readonly ModelKeys _keys;
    private readonly ModelSpace _space = new();
    private ShardLogOptions _options;
    private SteppedLog _log;
    private long _newest;
    private long _durable;
    private long _oldestMax;

    /// <summary>Begins a life with an empty log.</summary>
    public LogModelRun(Random random, LogModelOptions life)
    {
        _random = random;
        _life = life;
        _disk = new SimulatedDisk(random, life.SectorSizeBytes) { LiesAboutSync = life.LiesAboutSync };
        _seenDisk = life.Wrap(_disk);
        _clock = new LogClock(_time, 1);
        _damage = new SegmentDamage(_disk, _content, random);
        _readers = new StandingReaders(_content, random);
        _keys = new ModelKeys(life.Keys, random);
        _options = new ShardLogOptions
        {
            Folder = Folder,
            SegmentSizeBytes = SegmentSizeBytes,
            Durability = life.Durability,
            RetentionBytes = 6 * SegmentSizeBytes,
            RetentionAge = TimeSpan.FromHours(1),
            BufferSizeBytesMax = 32 << 10,
            SpareSegmentsMax = life.SpareSegmentsMax,
            Compression = life.Compression,
            Space = _space,
        };
        _log = Open();
    }

    /// <summary>How often each kind of operation was done.</summary>
    public IReadOnlyDictionary<string, long> Counts => _counts;

    private ShardLog Log => _log.Log;

    /// <summary>Lives on for a number of operations.</summary>
    /// <exception cref="LogModelException">The log broke a promise; the message says which and when.</exception>
    public void Run(int operations)
    {
        for (var i = 1; i <= operations; i++)
        {
            try
            {
                Step();
                CheckPositions();
            }
            catch (LogModelException broken)
            {
                throw new LogModelException($"operation {i}: {broken.Message} ({_life})");
            }
        }
    }

    private void Step()
    {
        var kind = _random.Next(_life.HasCompany ? 120 : 100);
        if (kind >= 100)
        {
            StepInCompany(kind);
            return;
        }

        switch (kind)
        {
            case < 41:
                Do("append", Append);
                break;
            case < 45:
                Do("append a batch", AppendBatch);
                break;
            case < 65:
                Do("commit", () => _log.Commit(mustSync: false));
                break;
            case < 70:
                Do("sync", () => _log.Commit(mustSync: true));
                break;
            case < 75:
                Do("read", Read);
                break;
            case < 77:
                Do("upkeep", () => Log.Upkeep.DoWork());
                break;
            case < 80:
                Do("seek by time", SeekByTime);
                break;
            case < 83:
                Do("tick", Tick);
                break;
            case < 84:
                Do("evict", Evict);
                break;
            case < 87:
                Do("pass time", () => _time.Advance(TimeSpan.FromMilliseconds(_random.Next(1, 60_000))));
                break;
            case < 90:
                Do("damage", Damage);
                break;
            case < 92:
                Do("stop cleanly", StopCleanly);
                break;
            case < 94:
                Do("kill", Kill);
                break;
            case < 98:
                Do("cut power", CutPower);
                break;
            case < 99:
                Do("disk error", MeetDiskError);
                break;
            default:
                Do("disk full", FillDisk);
                break;
        }
    }

    /// <summary>What others do meanwhile.</summary>
    private void StepInCompany(int kind)
    {
        switch (kind)
        {
            case < 104:
                Do("open a reader", () => _readers.Open(Log, _newest));
                break;
            case < 112:
                Do("read on", () => _readers.ReadOn(_newest));
                break;
            case < 114:
                Do("protect", Protect);
                break;
            case < 116:
                Do("evict the oldest", EvictOldest);
                break;
            default:
                Do("change keys", ChangeKeys);
                break;
        }
    }

    private void Do(string name, Action operation)
    {
        _counts[name] = _counts.GetValueOrDefault(name) + 1;
        operation();
    }

    /// <summary>Appends a few records; returns the last answer.</summary>
    private AppendStatus AppendSome(int count)
    {
        var status = AppendStatus.Accepted;
        while (count-- > 0 && status == AppendStatus.Accepted)
        {
            var number = (_content.Appended + 1).ToString(CultureInfo.InvariantCulture);
            var size = _life.HasOneRecordSize ? 400 : _random.Next(20) == 0 ? _random.Next(9000) : _random.Next(600);
            var value = Encoding.ASCII.GetBytes($"{number} {_random.Next(100_000_000):D8} ".PadRight(size, 'v'));
            var key = Encoding.ASCII.GetBytes($"key {_random.Next(10)}");
            Timestamp? eventTime = _random.Next(3) == 0 && !_life.HasOneRecordSize
                ? new Timestamp(_random.NextInt64(1L << 52))
                : null;
            status = Log.TryAppend(key, value, eventTime, out var sequence);
            if (status == AppendStatus.Accepted)
            {
                LogContent.Require(
                    Log.ActiveSegment.Segment.Cipher?.KeyId == _options.Encryption?.Current?.Id,
                    $"record {sequence} goes to a segment with another key");
                var acknowledged = Log.WhenAcknowledged(sequence);
                _content.Append(sequence.Value, new ModelRecord(key, value, eventTime, acknowledged));
            }
        }

        return status;
    }

    private void Append()
    {
        var status = AppendSome(_life.HasOneRecordSize ? 3 : _random.Next(1, 9));
        if (status == AppendStatus.Busy)
        {
            _log.Commit(mustSync: false);
        }

        LogContent.Require(
            status is AppendStatus.Accepted or AppendStatus.Busy || Log.Failure is not null || Log.IsDiskFull,
            $"an append was refused as {status}");
    }

    private void AppendBatch()
    {
        var batch = new AppendBatch();
        var records = new List<ModelRecord>();
        for (var count = _random.Next(1, 6); count > 0; count--)
        {
            var key = Encoding.ASCII.GetBytes($"key {_random.Next(10)}");
            var text = $"batch {_random.Next(100_000_000):D8} ".PadRight(_random.Next(900), 'b');
            var value = Encoding.ASCII.GetBytes(text);
            LogContent.Require(batch.TryAdd(key, value), "a small batch was full");
            records.Add(new ModelRecord(key, value, null, Task.CompletedTask));
        }

        var checkpoint = _batches.NextValue();
        batch.SetCheckpoint(BatchLedger.Name, checkpoint);
        if (Log.TryAppend(batch, out var first) == AppendStatus.Accepted)
        {
            for (var i = 0; i < records.Count; i++)
            {
                var sequence = new SequenceNumber(first.Value + i);
                var acknowledged = Log.WhenAcknowledged(sequence);
                _content.Append(sequence.Value, records[i] with { Acknowledged = acknowledged });
            }

            _batches.Append(first.Value, records.Count, checkpoint);
        }
    }

    private void Read()
    {
        var from = _random.NextInt64(_content.Oldest, _newest + 2);
        ReadFrom(from, _random.Next(1, 50));
    }

    /// <summary>Reads on from a record and compares; what is missing must be exposed, and be counted.</summary>
    private void ReadFrom(long from, int countMax)
    {
        using var reader = Log.OpenReader(new SequenceNumber(from));
        var expected = Math.Max(from, _content.Oldest);
        var start = expected;
        long read = 0;
        while (read < countMax && reader.TryRead(out var record))
        {
            LogContent.Require(
                record.Sequence.Value >= expected && record.Sequence.Value <= _newest,
                $"record {record.Sequence} came where {expected} was due, of {_newest} visible");
            _content.CheckMissing(expected, record.Sequence.Value);
            _content.Check(record);
            expected = record.Sequence.Value + 1;
            read++;
        }

        if (read < countMax)
        {
            _content.CheckMissing(expected, _newest + 1);
        }

        var missing = expected - start - read;
        LogContent.Require(
            reader.SkippedRecords >= missing, $"{missing} records are missing, {reader.SkippedRecords} are counted");
    }

    private void SeekByTime()
    {
        ReadFrom(_content.Oldest, int.MaxValue);
        if (_newest < _content.Oldest)
        {
            return;
        }

        var wanted = _random.NextInt64(_content.Oldest, _newest + 1);
        if (_content[wanted].Arrival is not { } time || _content.IsExposed(wanted))
        {
            // Damage may have taken it since it was read.
            return;
        }

        var found = Log.FindByArrivalTime(time).Value;
        LogContent.Require(found <= wanted, $"the first record of {time} is {wanted} or earlier, found is {found}");
        for (var sequence = found; sequence < wanted; sequence++)
        {
            LogContent.Require(
                _content[sequence].Arrival is not { } arrival || arrival >= time || _content.IsExposed(found),
                $"record {found} arrived before {time}");
        }
    }

    private void Tick()
    {
        var oldest = _content.Oldest;
        Evict(() => Log.Tick(), counts => counts.Age + counts.Bytes);
        LogContent.Require(
            _content.Oldest == oldest || _content.Oldest <= _space.ProtectedFrom.Value,
            $"records are protected from {_space.ProtectedFrom} on, the oldest is {_content.Oldest}");
    }

    /// <summary>The owner of the log lets go what it wants, protected or not.</summary>
    private void Evict()
    {
        var before = _random.NextInt64(_content.Oldest, _newest + 2);
        Evict(() => Log.EvictBefore(new SequenceNumber(before)), counts => counts.Superseded);
        LogContent.Require(_content.Oldest <= before, $"{_content.Oldest} is the oldest, asked to keep was {before}");
    }

    private void EvictOldest()
    {
        var segments = Log.Segments;
        var mayGo = segments.Length > 1 && segments[1].FirstSequence <= _space.ProtectedFrom;
        var end = mayGo ? segments[1].FirstSequence.Value : _content.Oldest;
        var isGone = false;
        Evict(
            () => (isGone = Log.TryEvictOldest(EvictionReason.Budget)) ? end - _content.Oldest : 0,
            counts => counts.Budget);
        LogContent.Require(
            isGone == mayGo && _content.Oldest == end,
            $"records are protected from {_space.ProtectedFrom} on, the oldest is {_content.Oldest} and not {end}");
    }

    private void Evict(Func<long> evict, Func<EvictionCounts, long> countOf)
    {
        _oldestMax = _newest + 1;
        List<long> starts = [.. Log.Segments.Select(segment => segment.FirstSequence.Value)];
        var countBefore = countOf(Log.Evictions);
        var totalBefore = Log.Evictions.Total;
        var evicted = evict();
        var oldest = Log.OldestSequence.Value;
        LogContent.Require(
            oldest == _content.Oldest + evicted, $"{evicted} records of {_content.Oldest} went, oldest is {oldest}");
        LogContent.Require(
            countOf(Log.Evictions) == countBefore + evicted && Log.Evictions.Total == totalBefore + evicted,
            $"{evicted} records went, the counts are {Log.Evictions}");
        if (evicted > 0)
        {
            _readers.NoteEviction(starts);
        }

        _content.EvictBefore(oldest, _readers.OldestNext);
        _oldestMax = oldest;
    }

    /// <summary>A consumer comes, goes on or goes.</summary>
    private void Protect() => _space.ProtectedFrom = _random.Next(3) == 0
        ? SequenceNumber.Last
        : new SequenceNumber(_random.NextInt64(_content.Oldest, _newest + 2));

    private void ChangeKeys()
    {
        if (_keys.AreThere)
        {
            _options = _options with { Encryption = _keys.NextFor(Log) };
            Log.Options = _options;
        }
    }

    private void StopCleanly()
    {
        // Everything appended is committed, whatever had been acknowledged before.
        _log.Close();
        var mustBe = Log.Failure is null ? _content.Appended : _durable;
        Reopen(mustBe);
        LogContent.Require(Log.NewestSequence.Value >= mustBe, "a clean stop lost records");
    }

    /// <summary>The process ends, the kernel stays: what was written is there.</summary>
    private void Kill() => Reopen(Log.Failure is null ? _newest : _durable);

    /// <summary>The power goes at one of the next operations of the disk.</summary>
    private void CutPower()
    {
        _disk.OperationsUntilOff = _random.Next(12);
        InTrouble();
        _disk.TurnOff();
        _disk.CutPower();
        Reopen(_durable);
    }

    private void MeetDiskError()
    {
        if (_random.Next(2) == 0)
        {
            _disk.SyncsUntilFailure = _random.Next(3);
        }
        else
        {
            _disk.WritesUntilFailure = _random.Next(3);
        }

        InTrouble();
        if (Log.Failure is not null)
        {
            LogContent.Require(
                Log.TryAppend("k"u8, "v"u8, null, out _) == AppendStatus.Failed, "a failed log took a record");
            ReadFrom(_content.Oldest, int.MaxValue);
            _readers.ReadAll(_newest);
        }

        _disk.SyncsUntilFailure = int.MaxValue;
        _disk.WritesUntilFailure = int.MaxValue;
        if (_random.Next(2) == 0)
        {
            Kill();
            return;
        }

        _disk.CutPower();
        Reopen(_durable);
    }

    private void FillDisk()
    {
        _disk.CapacityBytes = _disk.UsedBytes + _random.Next(3 * SegmentSizeBytes);
        for (var i = 0; i < 200 && !Log.IsDiskFull; i++)
        {
            AppendSome(4);
            _log.Commit(mustSync: false);
            CheckPositions();
        }

        LogContent.Require(Log.Failure is null, $"a full disk ended the log: {Log.Failure?.Message}");
        ReadFrom(_content.Oldest, int.MaxValue);
        _disk.CapacityBytes = long.MaxValue;
        Tick();
        _log.Commit(mustSync: false);
        LogContent.Require(!Log.IsDiskFull, "the log does not see that there is room again");
    }

    /// <summary>Does a few things although any of them may fail.</summary>
    private void InTrouble()
    {
        for (var i = _random.Next(1, OperationsInTroubleMax); i > 0; i--)
        {
            try
            {
                switch (_random.Next(8))
                {
                    case < 3:
                        AppendSome(_life.HasOneRecordSize ? 3 : _random.Next(1, 9));
                        break;
                    case < 6:
                        _log.Commit(mustSync: _random.Next(8) == 0);
                        break;
                    case 6:
                        Tick();
                        break;
                    default:
                        Evict();
                        break;
                }
            }
            catch (IOException)
            {
                // The disk said no, which is what it was told to do; what an eviction left half done, a start shows.
                return;
            }

            CheckPositions();
        }
    }

    /// <summary>Flips a bit in a sealed segment and reads over it.</summary>
    private void Damage()
    {
        if (_damage.TryHit(Log, () => LogInspection.Open(_seenDisk, Folder, _options.Encryption)))
        {
            ReadFrom(_content.Oldest, int.MaxValue);
        }
    }

    private void CheckPositions()
    {
        var newest = Log.NewestSequence.Value;
        var durable = Log.DurableSequence.Value;
        LogContent.Require(newest >= _newest, $"visible went back from {_newest} to {newest}");
        LogContent.Require(durable >= _durable, $"durable went back from {_durable} to {durable}");
        LogContent.Require(
            durable <= newest && newest <= _content.Appended,
            $"durable {durable}, visible {newest}, appended {_content.Appended}");
        if (_life.Durability.Kind == DurabilityKind.Fsync)
        {
            LogContent.Require(durable == newest, $"{newest} is acknowledged and {durable} durable");
        }

        for (var sequence = Math.Max(_newest + 1, _content.Oldest); sequence <= _content.Appended; sequence++)
        {
            LogContent.Require(
                _content[sequence].Acknowledged.IsCompletedSuccessfully == sequence <= newest,
                $"record {sequence} is acknowledged or not, and visible is {newest}");
        }

        (_newest, _durable) = (newest, durable);
    }

    private SteppedLog Open() => new(_seenDisk, _clock, _options, _time);

    /// <summary>Opens again, though the power may go while it does, and compares everything.</summary>
    private void Reopen(long mustBe)
    {
        _readers.CloseAll();
        _time.Advance(TimeSpan.FromMilliseconds(_random.Next(1, 5000)));
        if (_keys.AreThere && _random.Next(2) == 0)
        {
            _options = _options with { Encryption = _keys.Any() };
        }

        if (_random.Next(4) == 0)
        {
            _disk.OperationsUntilOff = _random.Next(10);
        }

        SteppedLog? opened = null;
        while (opened is null)
        {
            try
            {
                opened = Open();
            }
            catch (IOException)
            {
                _disk.CutPower();
                mustBe = Math.Min(mustBe, Math.Max(_durable, 0));
            }
        }

        _disk.OperationsUntilOff = int.MaxValue;
        _log = opened;
        var found = Log.NewestSequence.Value;
        var oldest = Log.OldestSequence.Value;
        LogContent.Require(found >= mustBe, $"record {mustBe} was safe, the newest one is {found}: {Findings}");
        LogContent.Require(
            found <= _content.Appended, $"the newest record is {found} of {_content.Appended}: {Findings}");
        LogContent.Require(
            oldest >= _content.Oldest && oldest <= Math.Max(_oldestMax, _content.Oldest),
            $"the oldest record is {oldest}, it was {_content.Oldest}: {Findings}");
        _content.EvictBefore(oldest, long.MaxValue);
        _content.CutAfter(found);
        _batches.CheckReopened(Log, found);
        _oldestMax = oldest;
        _newest = found;
        _durable = Log.DurableSequence.Value;
        ReadFrom(oldest, int.MaxValue);
        if (_keys.AreThere && _random.Next(8) == 0)
        {
            _keys.CheckRefused(_disk, Folder, Log, incomplete => new SteppedLog(
                _seenDisk, _clock, _options with { Encryption = incomplete }, _time));
        }
    }

    private string Findings => string.Join("; ", Log.RecoveryFindings);
}
