using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Kinesis;

/// <summary>Writes leases into answers.</summary>
internal static class LeaseWriter
{
    /// <summary>A member's own leases.</summary>
    internal static async ValueTask WriteAsync(ActionCall call, IReadOnlyList<ShardLease> leases)
    {
        var response = call.Response;
        response.BeginList(GroupMembers.Leases);
        foreach (var lease in leases)
        {
            response.BeginStructure();
            WriteMembers(response, lease);
            response.EndStructure();
            await call.DrainAsync().ConfigureAwait(false);
        }

        response.EndList();
    }

    /// <summary>Every lease of a group, with what tells how it fares.</summary>
    internal static async ValueTask WriteAllAsync(ActionCall call, IReadOnlyList<ShardLease> leases)
    {
        var response = call.Response;
        var now = Timestamp.From(call.Service.Time.GetUtcNow());
        response.BeginList(GroupMembers.Leases);
        foreach (var lease in leases)
        {
            response.BeginStructure();
            WriteMembers(response, lease);
            response.TextIfAny(GroupMembers.Owner, lease.Owner);
            response.Text(GroupMembers.LeaseStatus, StatusOf(lease));
            response.Number(GroupMembers.PendingRecords, lease.PendingRecords);
            response.Number(
                Members.MillisBehindLatest, lease.Shard.MillisBehindLatest(lease.Checkpoint.NextSequence, now));
            response.EndStructure();
            await call.DrainAsync().ConfigureAwait(false);
        }

        response.EndList();
    }

    private static void WriteMembers(ResponseWriter response, ShardLease lease)
    {
        var shard = lease.Shard;
        response.Text(Members.ShardId, shard.Id);
        response.TextIfAny(Members.ParentShardId, shard.ParentShardId);
        response.TextIfAny(Members.AdjacentParentShardId, shard.AdjacentParentShardId);
        response.Number(GroupMembers.LeaseCounter, lease.Counter);

        // What GetShardIterator and SubscribeToShard take as it is.
        response.BeginStructure(GroupMembers.StartingPosition);
        var isWhole = lease.Checkpoint.SubSequence is null;
        response.Text(GroupMembers.Type, isWhole ? "AFTER_SEQUENCE_NUMBER"u8 : "AT_SEQUENCE_NUMBER"u8);
        response.Text(Members.SequenceNumber, shard.NumberOf(lease.Checkpoint.Sequence).ToString());
        response.EndStructure();
        if (lease.Checkpoint.SubSequence is { } place && lease.Checkpoint.Sequence >= shard.OldestSequence)
        {
            // Where the record was evicted the position is that of the next one, of which nothing is done.
            response.Number(GroupMembers.SubSequenceNumber, place);
        }

        response.Number(GroupMembers.ExpiresInMillis, (long)lease.ExpiresIn.TotalMilliseconds);
        response.Flag(GroupMembers.HandoverRequested, lease.HandoverTo is not null);
    }

    private static ReadOnlySpan<byte> StatusOf(ShardLease lease) =>
        lease.IsDrained ? "DONE"u8
        : lease.IsWaiting ? "WAITING"u8
        : lease.ExpiresIn > TimeSpan.Zero ? "HELD"u8
        : "FREE"u8;
}
