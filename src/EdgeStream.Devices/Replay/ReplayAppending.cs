using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Devices;

/// <summary>Appends planned letters in their order, each batch with its mark, and waits until they are
/// durable.</summary>
internal sealed class ReplayAppending(ReplayMark mark)
{
    private readonly List<long> _done = [];

    /// <summary>Letters whose records are durable.</summary>
    internal IReadOnlyList<long> Done => _done;

    /// <summary>Appends all of them.</summary>
    /// <returns>Why it ended early, a whole sentence; null when it did not.</returns>
    /// <exception cref="IOException">A write failed: which letters are there is to be found out.</exception>
    internal async Task<string?> AppendAsync(ReplayReading reading)
    {
        string? problem = null;
        var appended = new List<(long Sequence, Task Acknowledged)>();
        foreach (var plan in reading.Plans)
        {
            if (problem is not null)
            {
                reading.Refuse(plan, problem);
                continue;
            }

            try
            {
                foreach (var receipt in await AppendAsync(plan).ConfigureAwait(false))
                {
                    appended.Add((plan.Sequence.Value, receipt.WhenAcknowledged()));
                }
            }
            catch (StreamException refused)
            {
                reading.Refuse(plan, refused.Message);
                problem = refused.Status == AppendStatus.TooLarge ? null : refused.Message;
            }
        }

        foreach (var (sequence, acknowledged) in appended)
        {
            await acknowledged.ConfigureAwait(false);
            _done.Add(sequence);
        }

        return problem;
    }

    /// <summary>One batch for each shard: a letter's records for it are there together, or none of them.</summary>
    private async Task<List<AppendReceipt>> AppendAsync(ReplayPlan plan)
    {
        var receipts = new List<AppendReceipt>();
        var left = plan.Records;
        while (left.Count > 0)
        {
            var shard = plan.Stream.ShardFor(left[0].Key);
            var batch = new AppendBatch();
            var others = new List<PlannedRecord>();
            foreach (var record in left)
            {
                if (!ReferenceEquals(plan.Stream.ShardFor(record.Key), shard))
                {
                    others.Add(record);
                }
                else if (!batch.TryAdd(record.Key, record.Data, record.EventTime))
                {
                    throw plan.Stream.Refusal(AppendStatus.TooLarge, record.Data.Length);
                }
            }

            mark.Set(batch, plan.Sequence);
            var status = shard.TryAppend(batch, out var receipt);
            switch (status)
            {
                case AppendStatus.Accepted:
                    receipts.Add(receipt);
                    left = others;
                    break;
                case AppendStatus.Busy or AppendStatus.Sealed:
                    // A shard that is split or merged has its followers soon: they are asked in the next round.
                    await plan.Stream.WaitForRoomAsync(left[0].Key).ConfigureAwait(false);
                    await Task.Yield();
                    break;
                default:
                    throw plan.Stream.Refusal(status, batch.SizeBytes);
            }
        }

        return receipts;
    }
}
