using Microsoft.Extensions.Logging;

namespace EdgeStream.Devices;

/// <summary>Counts and logs what could not be read of the board.</summary>
internal sealed class BoardReadFailures(ILogger logger)
{
    private long _count;

    /// <summary>Reads that gave no value since the start.</summary>
    internal long Count => Volatile.Read(ref _count);

    /// <summary>Counts one, and logs the first in a row.</summary>
    internal void Add(string path, string reason, bool isFirst)
    {
        Volatile.Write(ref _count, _count + 1);
        if (isFirst)
        {
            Log.SensorReadFailed(logger, path, reason);
        }
    }

    /// <summary>Logs that a file works again.</summary>
    internal void Recovered(string path) => Log.SensorRecovered(logger, path);
}
