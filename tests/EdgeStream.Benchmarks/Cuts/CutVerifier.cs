using EdgeStream.Storage;

namespace EdgeStream.Benchmarks.Cuts;

/// <summary>Reads everything that a cut left and compares every byte with what its number says.</summary>
internal static class CutVerifier
{
    /// <summary>
    /// The largest n for which records 1 to n are intact, but for those that retention took as it was told.
    /// </summary>
    /// <exception cref="InvalidDataException">
    /// A record is wrong, out of its place, or missing before one that is there; or more was evicted than retention
    /// allows.
    /// </exception>
    public static long LastIntact(CutLogs logs)
    {
        for (var log = 0; log < CutRecord.LogCount; log++)
        {
            Verify(log, logs.Logs[log]);
        }

        return logs.NextNumber - 1;
    }

    private static void Verify(int number, ShardLog log)
    {
        var expected = log.OldestSequence;
        if (expected > SequenceNumber.First && log.SizeBytes < log.Options.SegmentSizeBytes * 2L)
        {
            throw new InvalidDataException($"Log {number} begins at {expected} and holds {log.SizeBytes} bytes only.");
        }

        using var reader = log.OpenReader(SequenceNumber.First);
        while (reader.TryRead(out var record))
        {
            if (record.Sequence != expected)
            {
                throw new InvalidDataException($"Log {number} goes on at {record.Sequence} where {expected} was due.");
            }

            if (!CutRecord.IsIntact(CutRecord.NumberAt(number, record.Sequence), record.Key, record.Value))
            {
                throw new InvalidDataException($"Log {number} holds something else at {record.Sequence}.");
            }

            expected = expected.Next;
        }

        if (expected != log.NewestSequence.Next)
        {
            throw new InvalidDataException($"Log {number} ends at {log.NewestSequence} and reads to {expected}.");
        }
    }
}
