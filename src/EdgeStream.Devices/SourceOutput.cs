using System.Text;
using EdgeStream.Storage;
using EdgeStream.Streams;
using Microsoft.Extensions.Logging;

namespace EdgeStream.Devices;

/// <summary>
/// The end of a source that makes its own readings: stream, registry, counters and one log line per change.
/// </summary>
internal sealed class SourceOutput(
    DeviceSource source, DataStream stream, DeviceRegistry? registry, TimeProvider timeProvider, ILogger logger)
{
    private AppendStatus _lastStatus = AppendStatus.Accepted;
    private long _accepted;
    private long _refused;

    internal long Accepted => Volatile.Read(ref _accepted);

    internal long Refused => Volatile.Read(ref _refused);

    /// <summary>Appends one reading without waiting for its acknowledgement: nobody would be told of it.</summary>
    internal AppendStatus Append(ReadOnlySpan<byte> key, ReadOnlySpan<byte> data)
    {
        var status = stream.TryAppend(key, data, eventTime: null, out _);
        if (status == AppendStatus.Accepted)
        {
            Interlocked.Increment(ref _accepted);
            registry?.Observe(source, key, data, Timestamp.From(timeProvider.GetUtcNow()));
        }
        else
        {
            Interlocked.Increment(ref _refused);
        }

        if (status != _lastStatus)
        {
            if (status == AppendStatus.Accepted)
            {
                Log.SourceAcceptedAgain(logger, Encoding.UTF8.GetString(key), stream.Name);
            }
            else
            {
                Log.SourceRefused(logger, Encoding.UTF8.GetString(key), stream.Name, status);
            }

            _lastStatus = status;
        }

        return status;
    }
}
