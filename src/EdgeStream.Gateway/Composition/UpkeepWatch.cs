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
    private static readonly TimeSpan RepeatPeriod = TimeSpan.FromHours(1);

    private readonly Dictionary<(string Name, UpkeepWork Work), Told> _told = [];

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
        var now = time.GetTimestamp();
        var failing = new HashSet<(string, UpkeepWork)>();
        foreach (var (name, failure) in failures)
        {
            failing.Add((name, failure.Work));
            if (!_told.TryGetValue((name, failure.Work), out var told)
                || time.GetElapsedTime(told.At, now) >= RepeatPeriod)
            {
                _told[(name, failure.Work)] = new Told(now, IsStanding: true);
                logger.UpkeepFailed(name, failure.ToString(), failure.FailedTries);
            }
        }

        foreach (var (key, told) in _told)
        {
            if (failing.Contains(key))
            {
                continue;
            }

            if (told.IsStanding)
            {
                _told[key] = told with { IsStanding = false };
                logger.UpkeepRecovered(key.Name, key.Work);
            }
            else if (time.GetElapsedTime(told.At, now) >= RepeatPeriod)
            {
                _told.Remove(key);
            }
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

    /// <summary>When a failure was last told, and whether its recovery has not been yet.</summary>
    private readonly record struct Told(long At, bool IsStanding);
}
