using System.Text;
using EdgeStream.Storage;

namespace EdgeStream.Testing;

/// <summary>The batches of a log's life: each is there whole or not at all, and so is the checkpoint it set.</summary>
internal sealed class BatchLedger
{
    /// <summary>The checkpoint that every batch sets.</summary>
    internal const string Name = "newest batch";

    private readonly Stack<(long First, long Last, byte[] Checkpoint)> _batches = new();
    private long _values;

    /// <summary>A value that no batch has set yet.</summary>
    internal byte[] NextValue() => Encoding.ASCII.GetBytes($"batch {++_values}");

    /// <summary>A batch was accepted.</summary>
    internal void Append(long first, int count, byte[] checkpoint) =>
        _batches.Push((first, first + count - 1, checkpoint));

    /// <summary>What a log holds after a start, whose newest record is this one.</summary>
    internal void CheckReopened(ShardLog log, long newest)
    {
        while (_batches.TryPeek(out var last) && last.First > newest)
        {
            _batches.Pop();
        }

        var isThere = log.TryGetCheckpoint(Name, out var value);
        if (!_batches.TryPeek(out var batch))
        {
            LogContent.Require(!isThere, "there is a checkpoint that no batch has set");
            return;
        }

        LogContent.Require(
            batch.Last <= newest, $"the log ends at {newest}, inside the batch {batch.First} to {batch.Last}");
        LogContent.Require(
            isThere && value.Span.SequenceEqual(batch.Checkpoint),
            $"the checkpoint is '{Encoding.ASCII.GetString(value.Span)}' behind the batch that ends at {batch.Last}");
    }
}
