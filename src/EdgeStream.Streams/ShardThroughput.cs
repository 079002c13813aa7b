using System.Diagnostics;

namespace EdgeStream.Streams;

/// <summary>
/// What a PROVISIONED shard may take and give: 1 MiB or 1,000 records a second in, 2 MiB or 5 reads a second out.
/// </summary>
/// <remarks>
/// Thread-safe. Two accounts each way, filled evenly up to one second's worth. A record passes where both hold what it
/// needs; one of more than a second's bytes passes on a full account. A read passes while neither is used up, and takes
/// what it returned: after 10 MiB the next one passes 5 seconds later. Enforced for the Kinesis API alone; the
/// gateway's own writers and readers are not limited. Starts full, also after a restart.
/// </remarks>
public sealed class ShardThroughput
{
    /// <summary>Bytes of keys and data in, a second.</summary>
    public const int WriteBytesPerSecond = 1 << 20;

    /// <summary>Records in, a second.</summary>
    public const int WriteRecordsPerSecond = 1000;

    /// <summary>Bytes out, a second.</summary>
    public const int ReadBytesPerSecond = 2 << 20;

    /// <summary>Reads, a second.</summary>
    public const int ReadsPerSecond = 5;

    private readonly Lock _gate = new();
    private readonly TimeProvider _timeProvider;
    private double _writeBytes = WriteBytesPerSecond;
    private double _writeRecords = WriteRecordsPerSecond;
    private double _readBytes = ReadBytesPerSecond;
    private double _reads = ReadsPerSecond;
    private long _filledAt;

    internal ShardThroughput(TimeProvider timeProvider)
    {
        _timeProvider = timeProvider;
        _filledAt = timeProvider.GetTimestamp();
    }

    /// <summary>Takes a record's part; false where the shard has taken as much as it may.</summary>
    /// <param name="sizeBytes">Partition key and data.</param>
    public bool TryTakeWrite(int sizeBytes)
    {
        lock (_gate)
        {
            Fill();
            var needed = Math.Min(sizeBytes, WriteBytesPerSecond);
            if (_writeRecords < 1 || _writeBytes < needed)
            {
                return false;
            }

            _writeRecords--;
            _writeBytes -= sizeBytes;
            return true;
        }
    }

    /// <summary>Gives back the part of a record that was refused for another reason.</summary>
    public void ReturnWrite(int sizeBytes)
    {
        lock (_gate)
        {
            _writeRecords = Math.Min(WriteRecordsPerSecond, _writeRecords + 1);
            _writeBytes = Math.Min(WriteBytesPerSecond, _writeBytes + sizeBytes);
        }
    }

    /// <summary>Takes a read; false where the shard has given as much as it may.</summary>
    public bool TryTakeRead()
    {
        lock (_gate)
        {
            Fill();
            if (_reads < 1 || _readBytes <= 0)
            {
                return false;
            }

            _reads--;
            return true;
        }
    }

    /// <summary>Says how much a read gave.</summary>
    /// <param name="sizeBytes">Partition keys and data.</param>
    public void CountRead(long sizeBytes)
    {
        lock (_gate)
        {
            _readBytes -= sizeBytes;
        }
    }

    private void Fill()
    {
        var now = _timeProvider.GetTimestamp();
        var seconds = _timeProvider.GetElapsedTime(_filledAt, now).TotalSeconds;
        Debug.Assert(seconds >= 0, "The monotonic clock never goes back.");
        _filledAt = now;
        _writeBytes = Math.Min(WriteBytesPerSecond, _writeBytes + (seconds * WriteBytesPerSecond));
        _writeRecords = Math.Min(WriteRecordsPerSecond, _writeRecords + (seconds * WriteRecordsPerSecond));
        _readBytes = Math.Min(ReadBytesPerSecond, _readBytes + (seconds * ReadBytesPerSecond));
        _reads = Math.Min(ReadsPerSecond, _reads + (seconds * ReadsPerSecond));
    }
}
