using EdgeStream.Storage;

namespace EdgeStream.Testing;

/// <summary>
/// A log's random life on a disk that loses, tears and reorders what was not synced, fails and runs full; every step is
/// compared with a model in memory.
/// </summary>
/// <remarks>Everything comes from one seed and runs on one thread: the same seed gives the same life.</remarks>
public sealed class LogModelRun
{
    private readonly SortedDictionary<string, long> _counts = new(StringComparer.Ordinal);
    private readonly Random _random;
    private readonly ModelLog _model;
    private readonly ModelKeys _keys;
    private readonly ModelAppends _appends;
    private readonly ModelReads _reads;
    private readonly ModelEvictions _evictions;
    private readonly ModelUpkeep _upkeep;
    private readonly ModelRestarts _restarts;
    private readonly ModelTroubles _troubles;
    private readonly SegmentDamage _damage;

    /// <summary>Begins a life with an empty log.</summary>
    public LogModelRun(Random random, LogModelOptions life)
    {
        _random = random;
        _model = new ModelLog(random, life);
        _keys = new ModelKeys(life.Keys, random);
        _appends = new ModelAppends(_model, random);
        _reads = new ModelReads(_model, random);
        _evictions = new ModelEvictions(_model, random);
        var diskTroubles = new DiskTroubles(_model.Disk, random);
        _damage = new SegmentDamage(_model.Disk, _model.Content, random);
        _upkeep = new ModelUpkeep(_model, diskTroubles, _damage, random);
        _restarts = new ModelRestarts(_model, _reads, _keys, diskTroubles, random);
        _troubles = new ModelTroubles(
            _model, _appends, _reads, _evictions, _upkeep, _restarts, diskTroubles, random);
    }

    /// <summary>How often each kind of operation was done.</summary>
    public IReadOnlyDictionary<string, long> Counts => _counts;

    /// <summary>Lives on for a number of operations.</summary>
    /// <exception cref="LogModelException">The log broke a promise; the message says which and when.</exception>
    public void Run(int operations)
    {
        for (var i = 1; i <= operations; i++)
        {
            try
            {
                Step();
                _model.CheckPositions();
            }
            catch (LogModelException broken)
            {
                throw new LogModelException($"operation {i}: {broken.Message} ({_model.Life})");
            }
        }
    }

    private void Step()
    {
        var company = _model.Life.HasCompany ? 20 : 0;
        var kind = _random.Next(100 + company + (_model.Life.HasAllTroubles ? 6 : 0));
        if (kind >= 103 + company)
        {
            MeetDiskError();
        }
        else if (kind >= 100 + company)
        {
            Do("check", _upkeep.Check);
        }
        else if (kind >= 100)
        {
            StepInCompany(kind);
        }
        else
        {
            StepAlone(kind);
        }
    }

    private void StepAlone(int kind)
    {
        switch (kind)
        {
            case < 41:
                Do("append", _appends.Append);
                break;
            case < 45:
                Do("append a batch", _appends.AppendBatch);
                break;
            case < 65:
                Do("commit", () => _model.Commit(mustSync: false));
                break;
            case < 70:
                Do("sync", () => _model.Commit(mustSync: true));
                break;
            case < 75:
                Do("read", _reads.Read);
                break;
            case < 77:
                Do("upkeep", () => _model.Log.Upkeep.DoWork());
                break;
            case < 80:
                Do("seek by time", _reads.SeekByTime);
                break;
            case < 83:
                Do("tick", _evictions.Tick);
                break;
            case < 84:
                Do("evict", _evictions.Evict);
                break;
            case < 87:
                Do("pass time", () => _model.Time.Advance(TimeSpan.FromMilliseconds(_random.Next(1, 60_000))));
                break;
            case < 90:
                Do("damage", Damage);
                break;
            case < 92:
                Do("stop cleanly", _restarts.StopCleanly);
                break;
            case < 94:
                Do("kill", _restarts.Kill);
                break;
            case < 98:
                Do("cut power", _troubles.CutPower);
                break;
            case < 99:
                MeetDiskError();
                break;
            default:
                Do("disk full", _troubles.FillDisk);
                break;
        }
    }

    /// <summary>What others do meanwhile.</summary>
    private void StepInCompany(int kind)
    {
        switch (kind)
        {
            case < 104:
                Do("open a reader", () => _model.Readers.Open(_model.Log, _model.Newest));
                break;
            case < 112:
                Do("read on", () => _model.Readers.ReadOn(_model.Newest));
                break;
            case < 114:
                Do("protect", _evictions.Protect);
                break;
            case < 116:
                Do("evict the oldest", _evictions.EvictOldest);
                break;
            default:
                Do("change keys", ChangeKeys);
                break;
        }
    }

    private void Do(string name, Action operation)
    {
        Count(name);
        operation();
    }

    private void Count(string name) => _counts[name] = _counts.GetValueOrDefault(name) + 1;

    private void MeetDiskError() => Do("disk error", () => Count($"failing {_troubles.MeetDiskError()}"));

    private void ChangeKeys()
    {
        if (_keys.AreThere)
        {
            _model.Options = _model.Options with { Encryption = _keys.NextFor(_model.Log) };
            _model.Log.Options = _model.Options;
        }
    }

    /// <summary>Flips a bit in a sealed segment and reads over it.</summary>
    private void Damage()
    {
        if (_damage.TryHit(
            _model.Log,
            () => LogInspection.Open(_model.SeenDisk, ModelLog.Folder, _model.Options.Encryption)))
        {
            _reads.ReadFrom(_model.Content.Oldest, int.MaxValue);
        }
    }
}
