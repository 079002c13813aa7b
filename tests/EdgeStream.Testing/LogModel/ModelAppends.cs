using System.Globalization;
using System.Text;
using EdgeStream.Storage;

namespace EdgeStream.Testing;

/// <summary>The producer of a <see cref="ModelLog"/>.</summary>
internal sealed class ModelAppends(ModelLog model, Random random)
{
    /// <summary>Appends a few records; returns the last answer.</summary>
    internal AppendStatus AppendSome(int count)
    {
        var status = AppendStatus.Accepted;
        while (count-- > 0 && status == AppendStatus.Accepted)
        {
            var number = (model.Content.Appended + 1).ToString(CultureInfo.InvariantCulture);
            var size = model.Life.HasOneRecordSize ? 400 : random.Next(20) == 0 ? random.Next(9000) : random.Next(600);
            var value = Encoding.ASCII.GetBytes($"{number} {random.Next(100_000_000):D8} ".PadRight(size, 'v'));
            var key = Encoding.ASCII.GetBytes($"key {random.Next(10)}");
            Timestamp? eventTime = random.Next(3) == 0 && !model.Life.HasOneRecordSize
                ? new Timestamp(random.NextInt64(1L << 52))
                : null;
            status = model.Log.TryAppend(key, value, eventTime, out var sequence);
            if (status == AppendStatus.Accepted)
            {
                LogContent.Require(
                    model.Log.ActiveSegment.Segment.Cipher?.KeyId == model.Options.Encryption?.Current?.Id,
                    $"record {sequence} goes to a segment with another key");
                var acknowledged = model.Log.WhenAcknowledged(sequence);
                model.Content.Append(sequence.Value, new ModelRecord(key, value, eventTime, acknowledged));
            }
        }

        return status;
    }

    internal void Append()
    {
        var status = AppendSome(model.Life.HasOneRecordSize ? 3 : random.Next(1, 9));
        if (status == AppendStatus.Busy)
        {
            model.Commit(mustSync: false);
        }

        LogContent.Require(
            status is AppendStatus.Accepted or AppendStatus.Busy
                || model.Log.Failure is not null
                || model.Log.IsDiskFull,
            $"an append was refused as {status}");
    }

    internal void AppendBatch()
    {
        var batch = new AppendBatch();
        var records = new List<ModelRecord>();
        for (var count = random.Next(1, 6); count > 0; count--)
        {
            var key = Encoding.ASCII.GetBytes($"key {random.Next(10)}");
            var text = $"batch {random.Next(100_000_000):D8} ".PadRight(random.Next(900), 'b');
            var value = Encoding.ASCII.GetBytes(text);
            LogContent.Require(batch.TryAdd(key, value), "a small batch was full");
            records.Add(new ModelRecord(key, value, null, Task.CompletedTask));
        }

        var checkpoint = model.Batches.NextValue();
        batch.SetCheckpoint(BatchLedger.Name, checkpoint);
        if (model.Log.TryAppend(batch, out var first) == AppendStatus.Accepted)
        {
            for (var i = 0; i < records.Count; i++)
            {
                var sequence = new SequenceNumber(first.Value + i);
                var acknowledged = model.Log.WhenAcknowledged(sequence);
                model.Content.Append(sequence.Value, records[i] with { Acknowledged = acknowledged });
            }

            model.Batches.Append(first.Value, records.Count, checkpoint);
        }
    }
}
