using System.Text;

namespace EdgeStream.Storage.Tests;

/// <summary>A log on a simulated disk, its committer, and short words to use it.</summary>
internal sealed class OpenLog : IDisposable
{
    public const string Folder = "/log";
    public const int SegmentSizeBytes = 64 << 10;

    private bool _isClosed;

    public OpenLog(IDisk disk, ShardLogOptions? options = null, TimeProvider? time = null, uint boot = 1)
    {
        Committer = new Committer(time);
        try
        {
            Log = Committer.Open(disk, new LogClock(time ?? TimeProvider.System, boot), options ?? Options());
        }
        catch
        {
            Committer.Dispose();
            throw;
        }
    }

    private OpenLog(Committer stopped, ShardLog log)
    {
        _isClosed = true;
        Committer = stopped;
        Log = log;
    }

    public Committer Committer { get; }

    public ShardLog Log { get; }

    public static ShardLogOptions Options() => new() { Folder = Folder, SegmentSizeBytes = SegmentSizeBytes };

    /// <summary>A log on which no thread works: its writer does what the test tells it.</summary>
    public static OpenLog Stepped(IDisk disk, ShardLogOptions? options = null, TimeProvider? time = null)
    {
        var stopped = new Committer(time);
        stopped.Dispose();
        var clock = new LogClock(time ?? TimeProvider.System, 1);
        options ??= Options();
        return new OpenLog(
            stopped, new ShardLog(disk, clock, stopped, options, ShardRecovery.Open(disk, clock, options)));
    }

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
            Log.WhenRoom().Wait(TimeSpan.FromSeconds(30));
        }
    }

    public SequenceNumber AppendAcknowledged(string value)
    {
        var sequence = Append(value);
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
        Committer.Close(Log);
        Committer.Dispose();
    }

    /// <summary>Stops as a kill does: nothing is closed.</summary>
    public void Dispose()
    {
        if (!_isClosed)
        {
            _isClosed = true;
            Committer.Dispose();
        }
    }
}
