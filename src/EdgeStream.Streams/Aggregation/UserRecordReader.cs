using EdgeStream.Storage;

namespace EdgeStream.Streams;

/// <summary>Reads one shard as producers have filled it: user records, also those of aggregated records.</summary>
/// <remarks>
/// <para>Records that the Kinesis Producer Library has aggregated come as the user records in them, which share its
/// position and times and are told apart by <see cref="StreamRecord.SubSequence"/>. Malformed ones come as they are.
/// One that holds a hash key of another shard is passed over as a whole (<see cref="MisplacedRecords"/>), as the
/// Kinesis Client Library does: its producer has put it while shards were split or merged, and puts it again.</para>
/// <para>A position within an aggregated record is no sequence number. Who keeps positions keeps only those where
/// <see cref="IsWithinRecord"/> is false, or counts the user records too.</para>
/// <para>Owns the reader beneath. Not thread-safe. Allocates nothing for a record that is not aggregated.</para>
/// </remarks>
public sealed class UserRecordReader : IDisposable
{
    private readonly AggregatedMessage _aggregated = new();
    private SequenceNumber _sequence;
    private Timestamp _arrivalTime;
    private Timestamp _eventTime;
    private GroupCheckpoint _done;

    /// <summary>Reads on from where a reader stands.</summary>
    /// <param name="reader">The reader; it is disposed with this one.</param>
    /// <param name="done">
    /// What is done already: where that is a part of a record, its first user records are passed over.
    /// </param>
    public UserRecordReader(ShardReader reader, GroupCheckpoint done = default)
    {
        Reader = reader;
        _done = done;
    }

    /// <summary>The reader beneath: it says where the reading stands, and waits.</summary>
    public ShardReader Reader { get; }

    /// <summary>Whether more user records of the record that was read last will come.</summary>
    public bool IsWithinRecord => _aggregated.Left > 0;

    /// <summary>Aggregated records that were passed over, since they are not this shard's.</summary>
    public long MisplacedRecords { get; private set; }

    /// <summary>Reads the next user record, or learns which records are missing before it.</summary>
    /// <remarks>The record's spans are valid until the next call.</remarks>
    public LogReadStep Read(out StreamRecord record)
    {
        while (true)
        {
            if (TryReadWithin(out record))
            {
                return LogReadStep.Record;
            }

            var step = Reader.Read(out record);
            if (step != LogReadStep.Record)
            {
                return step;
            }

            var shard = Reader.Shard;
            if (!_aggregated.TryOpen(
                record.Data, shard.StartingHashKey, shard.EndingHashKey, out var isMisplaced))
            {
                return LogReadStep.Record;
            }

            MisplacedRecords += isMisplaced ? 1 : 0;
            (_sequence, _arrivalTime, _eventTime) = (record.Sequence, record.ArrivalTime, record.EventTime);
            var skipCount = record.Sequence == _done.Sequence ? _done.DoneWithinNext : 0;
            while (_aggregated.Given < skipCount && _aggregated.TryNext(out _, out _))
            {
            }
        }
    }

    /// <summary>Reads the next user record if there is one, passing over what is missing before it.</summary>
    public bool TryRead(out StreamRecord record)
    {
        LogReadStep step;
        do
        {
            step = Read(out record);
        }
        while (step == LogReadStep.Gap);
        return step == LogReadStep.Record;
    }

    /// <inheritdoc/>
    public void Dispose() => Reader.Dispose();

    private bool TryReadWithin(out StreamRecord record)
    {
        record = default;
        if (!_aggregated.TryNext(out var partitionKey, out var data))
        {
            return false;
        }

        record = new StreamRecord
        {
            Sequence = _sequence,
            SubSequence = _aggregated.Given - 1,
            ArrivalTime = _arrivalTime,
            EventTime = _eventTime,
            PartitionKey = partitionKey,
            Data = data,
        };
        return true;
    }
}
