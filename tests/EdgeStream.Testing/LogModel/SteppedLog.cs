using EdgeStream.Storage;

namespace EdgeStream.Testing;

/// <summary>A log without threads: its committer works when it is told to, so a seed repeats a run exactly.</summary>
internal sealed class SteppedLog
{
    /// <summary>Opens the log, recovering what is there.</summary>
    /// <exception cref="IOException">The disk failed.</exception>
    internal SteppedLog(IDisk disk, LogClock clock, ShardLogOptions options, TimeProvider time)
    {
        // It has stopped before the log is there: it serves nobody, and signals to it come to nothing.
        var committer = new Committer(time);
        committer.Dispose();
        Log = new ShardLog(disk, clock, committer, options, ShardRecovery.Open(disk, clock, options));
    }

    internal ShardLog Log { get; }

    /// <summary>The committer's step: writes, syncs if due or asked to, tells everybody, rolls if due.</summary>
    internal void Commit(bool mustSync)
    {
        Log.Writer.Write(mustSync);
        Log.Writer.Finish();
    }

    /// <summary>Stops cleanly.</summary>
    internal void Close() => Log.Writer.Close();
}
