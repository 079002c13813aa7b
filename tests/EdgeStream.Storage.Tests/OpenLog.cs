using System.Text;
using EdgeStream.Testing;

namespace EdgeStream.Storage.Tests;

/// <summary>A log on a simulated disk, its committer, and short words to use it.</summary>
internal sealed class OpenLog : IDisposable
{
    public const string Folder = "/log";
    public const int SegmentSizeBytes = 64 << 10;

    private readonly Committer? _committer;
    private readonly SteppedLog? _stepped;
    private bool _isClosed;

    public OpenLog(IDisk disk, ShardLogOptions? options = null, TimeProvider? time = null, uint boot = 1)
    {
        _committer = new Committer(time);
        try
        {
            Log = _committer.Open(disk, new LogClock(time ?? TimeProvider.System, boot), options ?? Options());
        }
        catch
        {
            _committer.Dispose();
            throw;
        }
    }

    private OpenLog(SteppedLog stepped)
    {
        _stepped = stepped;
        Log = stepped.Log;
    }

    public Committer Committer =>
        _committer ?? throw new InvalidOperationException("No committer works on a log whose test does the work.");

    public ShardLog Log { get; }

    public static ShardLogOptions Options() => new() { Folder = Folder, SegmentSizeBytes = SegmentSizeBytes };

    /// <summary>
    /// A log on which no thread works: what is appended is written with <see cref="Commit"/>, and upkeep rests.
    /// </summary>
    public static OpenLog Stepped(IDisk disk, ShardLogOptions? options = null, TimeProvider? time = null)
    {
        time ??= TimeProvider.System;
        return new OpenLog(new SteppedLog(disk, new LogClock(time, 1), options ?? Options(), time));
    }

    /// <summary>What the committer of a stepped log would do once.</summary>
    public void Commit(bool mustSync = false) => _stepped!.Commit(mustSync);

    public SequenceNumber Append(string value, string key = "k")
    {
        while (true)
        {
            var bytes = Encoding.UTF8.GetBytes(value);
            var status = Log.TryAppend(Encoding.UTF8.GetBytes(key), bytes, null, out var sequence);
            if (status == AppendStatus.Accepted)
            {
                return sequence;
            }

            Assert.Equal(AppendStatus.Busy, status);
            _stepped?.Commit(mustSync: false);
            Log.WhenRoom().Wait(TimeSpan.FromSeconds(30));
        }
    }

    public SequenceNumber AppendAcknowledged(string value)
    {
        var sequence = Append(value);
        _stepped?.Commit(mustSync: false);
        Log.WhenAcknowledged(sequence).GetAwaiter().GetResult();
        return sequence;
    }

    public SequenceNumber AppendAcknowledged(AppendBatch batch)
    {
        AppendStatus status;
        SequenceNumber first;
        while ((status = Log.TryAppend(batch, out first)) == AppendStatus.Busy)
        {
            Log.WhenRoom().Wait(TimeSpan.FromSeconds(30));
        }

        Assert.Equal(AppendStatus.Accepted, status);
        Log.WhenAcknowledged(first).GetAwaiter().GetResult();
        return first;
    }

    public SortedDictionary<long, string> ReadAll()
    {
        var found = new SortedDictionary<long, string>();
        using var reader = Log.OpenReader(SequenceNumber.First);
        while (reader.TryRead(out var record))
        {
            found.Add(record.Sequence.Value, Encoding.UTF8.GetString(record.Value));
        }

        return found;
    }

    /// <summary>Stops as a clean shutdown does.</summary>
    public void Close()
    {
        _isClosed = true;
        _stepped?.Close();
        _committer?.Close(Log);
        _committer?.Dispose();
    }

    /// <summary>Stops as a kill does: nothing is closed.</summary>
    public void Dispose()
    {
        if (!_isClosed)
        {
            _isClosed = true;
            _committer?.Dispose();
        }
    }
}
