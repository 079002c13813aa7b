using EdgeStream.Storage;
using EdgeStream.Streams;
using Microsoft.Extensions.Logging;

namespace EdgeStream.Analytics;

/// <summary>Reads some streams once for all queries over them, and runs these.</summary>
/// <remarks>
/// One caller at a time. Exactly once: the state of the queries is saved together with the positions of the
/// input, after
/// the rows that were put out are durable. After a crash the input behind the positions is read again, in the
/// same order
/// (<see cref="MergedInput"/>); the rows that come of it again are recognised by their ordinals
/// (<see cref="OutputWriter"/>). Where an output refuses rows, all queries of the reader wait with it.
/// </remarks>
internal sealed class QueryReader : IDisposable
{
    private const int RecordsPerStepMax = 4096;
    private const int WaitingBytesMax = 256 << 10;
    private const int JournalEntriesMax = 2000;
    private const long BytesPerSecondMax = 32 << 10;
    private static readonly TimeSpan SnapshotIntervalMax = TimeSpan.FromMinutes(15);

    private readonly QueryEngineOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly SnapshotWriter _snapshots;
    private readonly ILogger _logger;
    private readonly MergedInput _input;
    private readonly List<RunningQuery> _queries = [];
    private readonly StreamColumns _columns = new();
    private long _recordsSinceSave;
    private long _savedAt;
    private long _savedBytes;
    private long _tablesLookedAt;
    private bool _mustSave;
    private bool _isReplaying;

    public QueryReader(
        string id,
        string key,
        MergedInput input,
        StateStore state,
        QueryEngineOptions options,
        TimeProvider timeProvider,
        ILogger logger)
    {
        Id = id;
        Key = key;
        _input = input;
        _options = options;
        _timeProvider = timeProvider;
        _logger = logger;
        _snapshots = new SnapshotWriter(state);
        _savedAt = _tablesLookedAt = timeProvider.GetTimestamp();
    }

    /// <summary>Whose journal it keeps.</summary>
    public string Id { get; }

    /// <summary>What queries must have in common to be read together.</summary>
    public string Key { get; }

    public IReadOnlyList<RunningQuery> Queries => _queries;

    public MergedInput Input => _input;

    /// <summary>Adds a query that begins here.</summary>
    public void Add(RunningQuery query)
    {
        _queries.Add(query);
        AttachColumns();
        foreach (var loader in query.Tables)
        {
            loader.TryReload();
        }

        _mustSave = true;
    }

    /// <summary>Adds a query that was restored with this reader's positions.</summary>
    public void AddRestored(RunningQuery query)
    {
        _queries.Add(query);
        AttachColumns();
        _isReplaying = true;
    }

    public void Remove(RunningQuery query)
    {
        _queries.Remove(query);
        AttachColumns();
    }

    /// <summary>Reads what is there up to a bound, puts out what comes of it, and saves if it is due.</summary>
    /// <returns>Whether there is nothing more to read for now.</returns>
    /// <exception cref="StreamException">An output refused rows; they wait.</exception>
    /// <exception cref="IOException">An output or the state could not be written.</exception>
    public async ValueTask<bool> StepAsync(CancellationToken cancellationToken)
    {
        ReloadTables();
        if (_mustSave)
        {
            await SaveAsync(cancellationToken);
        }

        var isWaiting = HasRoom() && ReadSome();
        _isReplaying &= !isWaiting;
        await PutOutAsync(cancellationToken);
        if (IsSaveDue())
        {
            await SaveAsync(cancellationToken);
        }
        else if (isWaiting)
        {
            await AcknowledgeAsync(cancellationToken);
        }

        foreach (var query in _queries)
        {
            if (query.KeepMemoryBound())
            {
                Log.QueryStopped(_logger, query.Definition.Name, query.StoppedBy!);
            }

            query.Publish(_input.LagRecords, _input.SkippedRecords);
        }

        return isWaiting;
    }

    /// <summary>Saves what is not saved.</summary>
    public async ValueTask SaveAsync(CancellationToken cancellationToken)
    {
        await PutOutAsync(cancellationToken);
        await AcknowledgeAsync(cancellationToken);
        var running = _queries.FindAll(query => query.StoppedBy is null);
        _savedAt = _timeProvider.GetTimestamp();
        _savedBytes = await _snapshots.SaveAsync(Id, running, _input, cancellationToken);
        _recordsSinceSave = 0;
        _mustSave = false;
    }

    /// <summary>Whether something has happened since the last save.</summary>
    public bool HasUnsaved => _recordsSinceSave > 0 || _input.Journal.Count > 0 || _mustSave;

    public void Dispose()
    {
        _queries.ForEach(query => query.Dispose());
        _input.Dispose();
    }

    private void AttachColumns()
    {
        _columns.Clear();
        foreach (var query in _queries)
        {
            _columns.Attach(query.Decoders);
        }
    }

    private bool HasRoom()
    {
        var waiting = 0;
        foreach (var query in _queries)
        {
            foreach (var writer in query.Writers)
            {
                waiting += writer.WaitingBytes;
            }
        }

        return waiting < WaitingBytesMax;
    }

    private bool ReadSome()
    {
        var now = Timestamp.From(_timeProvider.GetUtcNow()).UnixMicroseconds;
        for (var count = 0; count < RecordsPerStepMax; count++)
        {
            switch (_input.Read(out var record))
            {
                case InputStep.Record:
                    _recordsSinceSave++;
                    Take(in record);
                    break;
                case InputStep.Late:
                    _recordsSinceSave++;
                    foreach (var query in _queries)
                    {
                        query.ReportLate(in record);
                    }

                    break;
                default:
                    if ((_input.IsHeldBack || NextDeadline() <= _input.TimeOf(now)) && _input.TryAdvance(now))
                    {
                        break;
                    }

                    Advance();
                    return true;
            }

            if ((count & 63) == 63 && !HasRoom())
            {
                return false;
            }
        }

        return false;
    }

    private void Take(scoped in MergedRecord record)
    {
        var isJson = _columns.TryRead(in record);
        foreach (var query in _queries)
        {
            query.Take(in record, isJson);
        }
    }

    private long NextDeadline()
    {
        var next = long.MaxValue;
        foreach (var query in _queries)
        {
            next = query.StoppedBy is null ? Math.Min(next, query.Graph.Context.Clock.NextDeadline) : next;
        }

        return next;
    }

    private void Advance()
    {
        var watermark = _input.Watermark;
        foreach (var query in _queries)
        {
            if (query.StoppedBy is null && watermark is not (long.MinValue or long.MaxValue))
            {
                query.Graph.AdvanceTo(watermark);
            }
        }
    }

    private async ValueTask PutOutAsync(CancellationToken cancellationToken)
    {
        var isJournalDue = _input.Journal.HasUnsaved;
        foreach (var query in _queries)
        {
            foreach (var writer in query.Writers)
            {
                if (writer.WaitingCount == 0)
                {
                    continue;
                }

                if (isJournalDue)
                {
                    await _snapshots.SaveJournalAsync(Id, _input.Journal, cancellationToken);
                    isJournalDue = false;
                }

                try
                {
                    await writer.AcknowledgeAsync(cancellationToken);
                    await writer.AppendAsync(cancellationToken);
                    query.Failure = null;
                }
                catch (Exception e) when (e is StreamException or IOException)
                {
                    query.Failure = e;
                    query.Publish(_input.LagRecords, _input.SkippedRecords);
                    throw;
                }
            }
        }
    }

    /// <summary>Waits until what was put out is durable.</summary>
    private async ValueTask AcknowledgeAsync(CancellationToken cancellationToken)
    {
        foreach (var query in _queries)
        {
            foreach (var writer in query.Writers)
            {
                await writer.AcknowledgeAsync(cancellationToken);
            }
        }
    }

    private bool IsSaveDue()
    {
        var pause = TimeSpan.FromSeconds(_savedBytes / BytesPerSecondMax);
        pause = pause > SnapshotIntervalMax ? SnapshotIntervalMax : pause;
        pause = pause < _options.SnapshotInterval ? _options.SnapshotInterval : pause;
        return _recordsSinceSave >= _options.SnapshotRecordsMax
            || _input.Journal.Count >= JournalEntriesMax
            || (HasUnsaved && _timeProvider.GetElapsedTime(_savedAt) >= pause);
    }

    /// <summary>A table changes between two records, and is saved before the next: so a replay joins the same
    /// rows. What was there before a restart is read to its end before a table may change: it may be joined
    /// already.</summary>
    private void ReloadTables()
    {
        if (_isReplaying || _timeProvider.GetElapsedTime(_tablesLookedAt) < _options.ReferenceInterval)
        {
            return;
        }

        _tablesLookedAt = _timeProvider.GetTimestamp();
        foreach (var query in _queries)
        {
            foreach (var loader in query.Tables)
            {
                if (loader.TryReload())
                {
                    _mustSave = true;
                    Log.TableRead(_logger, loader.Table.Schema.Name, query.Definition.Name, loader.Table.Count);
                }

                if (loader.TakeFailure() is { } failure)
                {
                    Log.TableFailed(_logger, loader.Table.Schema.Name, query.Definition.Name, failure);
                }
            }
        }
    }
}
