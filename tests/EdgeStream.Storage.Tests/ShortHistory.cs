using System.Text;
using EdgeStream.Testing;

namespace EdgeStream.Storage.Tests;

/// <summary>
/// A log's short life in which everything happens that asks something of the disk: segments end, get indexes, are
/// compressed, encrypted under one key and then another, evicted and recycled, batches set checkpoints, the log stops
/// and opens again. Where the disk refuses, it goes on with what is still possible.
/// </summary>
internal sealed class ShortHistory(SimulatedDisk disk)
{
    private const string CheckpointName = "at";
    private const int RecordSizeBytes = 4000;
    private const int RecordsPerCommit = 5;
    private const int TriesMax = 3;

    private readonly SortedDictionary<long, string> _appended = [];
    private readonly SortedDictionary<long, string> _checkpoints = [];
    private readonly HashSet<string> _compressedKeys = new(StringComparer.Ordinal);
    private readonly ManualTimeProvider _time = new();
    private ShardLogOptions _options = OpenLog.Options() with { Compression = SegmentCompression.Brotli };
    private SteppedLog? _log;
    private long _keptFrom = 1;

    /// <summary>The newest record that the log has called safe.</summary>
    internal long Acknowledged { get; private set; }

    /// <summary>Whether segments were compressed, and under both keys.</summary>
    internal bool WasCompressed => _compressedKeys.Count == 2;

    /// <summary>The log; null where it did not open.</summary>
    internal ShardLog? Log => _log?.Log;

    /// <summary>Lives it.</summary>
    internal void Run()
    {
        if (!TryOpen())
        {
            return;
        }

        Append(20);
        Work();
        ChangeKeys(TestKeys.BackToOld);
        Append(24);
        AppendBatch();
        Work();
        ChangeKeys(TestKeys.Rotated);
        Append(20);
        AppendBatch();
        Work();
        EvictOldest();
        _log!.Close();
        if (TryOpen())
        {
            Append(20);
            AppendBatch();
            EvictOldest();
            Append(20);
            Work();
        }
    }

    /// <summary>Appends a few records, as far as they are taken, and has them committed; returns the last answer.
    /// </summary>
    internal AppendStatus Append(int count)
    {
        var status = AppendStatus.Accepted;
        for (var i = 1; i <= count && status == AppendStatus.Accepted; i++)
        {
            var text = $"record {i} of {_appended.Count} ".PadRight(RecordSizeBytes, (char)('a' + (i % 26)));
            status = Try(() =>
            {
                var answer = Log!.TryAppend("k"u8, Encoding.ASCII.GetBytes(text), null, out var sequence);
                return answer == AppendStatus.Accepted ? Note(sequence, text) : answer;
            });
            if (i % RecordsPerCommit == 0 || i == count)
            {
                Commit();
            }
        }

        return status;
    }

    /// <summary>Lets the log do what a second brings, and the work that nobody waits for.</summary>
    internal void Work()
    {
        _time.Advance(TimeSpan.FromMinutes(2));
        Log!.Tick();
        Commit();
        for (var turns = 0; turns < 8; turns++)
        {
            Log.Upkeep.DoWork();
        }

        foreach (var segment in Log.Segments)
        {
            if (segment is { IsCompressed: true, Cipher: { } cipher })
            {
                _compressedKeys.Add(cipher.KeyName);
            }
        }
    }

    /// <summary>Stops it cleanly.</summary>
    internal void Close() => _log?.Close();

    /// <summary>Opens it again on a disk that is well, and compares everything.</summary>
    internal void CheckReopened()
    {
        _log = new SteppedLog(disk, new LogClock(_time, 1), _options with { Encryption = TestKeys.Rotated }, _time);
        var log = _log.Log;
        var findings = string.Join("; ", log.RecoveryFindings);
        var newest = log.NewestSequence.Value;
        var oldest = log.OldestSequence.Value;
        Assert.True(newest >= Acknowledged, $"record {Acknowledged} was safe, the newest is {newest}: {findings}");
        Assert.True(oldest <= _keptFrom, $"the oldest record is {oldest}, not asked for was {_keptFrom}: {findings}");
        using var reader = log.OpenReader(log.OldestSequence);
        for (var sequence = oldest; sequence <= newest; sequence++)
        {
            Assert.Equal(LogReadStep.Record, reader.Read(out var record));
            Assert.Equal(sequence, record.Sequence.Value);
            Assert.Equal(_appended[sequence], Encoding.ASCII.GetString(record.Value));
        }

        Assert.Equal(LogReadStep.None, reader.Read(out _));
        var expected = _checkpoints.LastOrDefault(checkpoint => checkpoint.Key <= newest).Value;
        Assert.Equal(expected, log.TryGetCheckpoint(CheckpointName, out var value) ? Text(value) : null);
        foreach (var lost in _appended.Keys.Where(sequence => sequence > newest).ToList())
        {
            _appended.Remove(lost);
            _checkpoints.Remove(lost);
        }
    }

    private static string Text(ReadOnlyMemory<byte> value) => Encoding.ASCII.GetString(value.Span);

    private bool TryOpen()
    {
        try
        {
            _log = new SteppedLog(disk, new LogClock(_time, 1), _options, _time);
            return true;
        }
        catch (IOException)
        {
            _log = null;
            return false;
        }
    }

    private void AppendBatch()
    {
        var batch = new AppendBatch();
        var texts = Enumerable.Range(0, 3).Select(i => $"batch {_appended.Count} {i}").ToList();
        texts.ForEach(text => Assert.True(batch.TryAdd("b"u8, Encoding.ASCII.GetBytes(text))));
        var checkpoint = $"batch {_appended.Count}";
        batch.SetCheckpoint(CheckpointName, Encoding.ASCII.GetBytes(checkpoint));
        var status = Try(() =>
        {
            var answer = Log!.TryAppend(batch, out var first);
            for (var i = 0; i < texts.Count && answer == AppendStatus.Accepted; i++)
            {
                Note(new SequenceNumber(first.Value + i), texts[i]);
            }

            return answer;
        });
        if (status == AppendStatus.Accepted)
        {
            _checkpoints.Add(_appended.Keys.Last(), checkpoint);
        }

        Commit();
    }

    private AppendStatus Note(SequenceNumber sequence, string text)
    {
        _appended.Add(sequence.Value, text);
        return AppendStatus.Accepted;
    }

    /// <summary>Tries again behind a commit, as who waits for room does.</summary>
    private AppendStatus Try(Func<AppendStatus> append)
    {
        var status = append();
        for (var tries = 1; tries < TriesMax && status == AppendStatus.Busy; tries++)
        {
            Commit();
            status = append();
        }

        Assert.True(
            status is AppendStatus.Accepted or AppendStatus.DiskFull
                || (status == AppendStatus.Failed && Log!.Failure is not null),
            $"an append was answered with {status}");
        return status;
    }

    private void Commit()
    {
        _log!.Commit(mustSync: false);
        Acknowledged = Math.Max(Acknowledged, Log!.DurableSequence.Value);
    }

    private void ChangeKeys(LogEncryption keys)
    {
        _options = _options with { Encryption = keys };
        Log!.Options = _options;
    }

    private void EvictOldest()
    {
        var segments = Log!.Segments;
        if (segments.Length < 2)
        {
            return;
        }

        _keptFrom = segments[1].FirstSequence.Value;
        try
        {
            Log.EvictBefore(segments[1].FirstSequence);
        }
        catch (IOException)
        {
            // The file is not part of the log any more; a start shows whether it is gone.
        }
    }
}
