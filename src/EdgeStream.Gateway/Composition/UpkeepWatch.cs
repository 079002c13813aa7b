using EdgeStream.Gateway.Logging;
using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Gateway.Composition;

/// <summary>Tells the log when background work on a log's files fails and when it succeeds again.</summary>
/// <remarks>
/// Of each kind of work on each log at most one failure and one recovery an hour are told: what fails every second
/// fills no journal. Used by one loop.
/// </remarks>
internal sealed class UpkeepWatch(TimeProvider time, ILogger logger)
{
    private readonly ToldFailures<(string Name, UpkeepWork Work)> _told = new(time);

    /// <summary>What fails now, with the name of the log.</summary>
    public static IReadOnlyList<(string Name, UpkeepFailure Failure)> FailuresOf(StreamStore store)
    {
        var failures = new List<(string, UpkeepFailure)>();
        foreach (var stream in store.Streams)
        {
            foreach (var shard in stream.Shards)
            {
                var name = stream.Shards.Count == 1 ? $"stream {stream.Name}" : $"stream {stream.Name}, {shard.Id}";
                Add(failures, name, shard.UpkeepFailures);
            }
        }

        Add(failures, "state", store.State.Log.UpkeepFailures);
        return failures;
    }

    /// <summary>Compares with the call before. Called about once a second.</summary>
    public void Tick(IReadOnlyList<(string Name, UpkeepFailure Failure)> failures)
    {
        foreach (var (name, failure) in failures)
        {
            if (_told.MustTell((name, failure.Work)))
            {
                logger.UpkeepFailed(name, failure.ToString(), failure.FailedTries);
            }
        }

        foreach (var (name, work) in _told.EndRound())
        {
            logger.UpkeepRecovered(name, work);
        }
    }

    private static void Add(
        List<(string Name, UpkeepFailure Failure)> failures, string name, IReadOnlyList<UpkeepFailure> added)
    {
        foreach (var failure in added)
        {
            failures.Add((name, failure));
        }
    }
}
