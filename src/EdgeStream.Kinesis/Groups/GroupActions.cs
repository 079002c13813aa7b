using EdgeStream.Streams;

namespace EdgeStream.Kinesis;

/// <summary>Consumer groups for members that read through the API: leases and checkpoints without a table.</summary>
internal static class GroupActions
{
    internal static ValueTask AcquireLeasesAsync(ActionCall call) => RunAsync(call, static async call =>
    {
        var stream = call.Stream();
        var name = call.Request.Text("GroupName")!;
        if (!call.Service.Store.Groups.TryGet(stream, name, out var group))
        {
            group = await MakeAsync(call, stream, name).ConfigureAwait(false);
        }

        var leases = await group
            .AcquireAsync(MemberOf(call), call.Request.Integer("MaxLeases") ?? int.MaxValue)
            .ConfigureAwait(false);
        call.Response.BeginStructure();
        call.Response.Number(GroupMembers.LeaseDurationMillis, (long)group.Options.LeaseDuration.TotalMilliseconds);
        await LeaseWriter.WriteAsync(call, leases).ConfigureAwait(false);
        call.Response.EndStructure();
    });

    internal static ValueTask RenewLeasesAsync(ActionCall call) => RunAsync(call, static async call =>
    {
        var leases = await Find(call).RenewAsync(MemberOf(call), ClaimsOf(call.Request)).ConfigureAwait(false);
        call.Response.BeginStructure();
        await LeaseWriter.WriteAsync(call, leases).ConfigureAwait(false);
        call.Response.EndStructure();
    });

    internal static ValueTask CheckpointAsync(ActionCall call) => RunAsync(call, static async call =>
    {
        var group = Find(call);
        var claim = ClaimOf(call);
        var status = await group.CheckpointAsync(MemberOf(call), claim, CheckpointOf(call, group, claim))
            .ConfigureAwait(false);
        switch (status)
        {
            case CheckpointStatus.Saved:
                break;
            case CheckpointStatus.LeaseLost:
                throw LeaseLost(call, claim);
            case CheckpointStatus.NotAtEnd:
                throw ApiException.InvalidArgument(
                    $"Shard {claim.ShardId} in stream {group.Stream.Name} is open: it has no end yet.");
            default:
                throw ApiException.InvalidArgument(
                    $"SequenceNumber {call.Request.Text("SequenceNumber")} cannot be the checkpoint of shard "
                        + $"{claim.ShardId}: it lies before the one that is kept, or behind the newest record.");
        }
    });

    internal static ValueTask ReleaseLeaseAsync(ActionCall call) => RunAsync(call, static async call =>
    {
        var claim = ClaimOf(call);
        if (!await Find(call).ReleaseAsync(MemberOf(call), claim).ConfigureAwait(false))
        {
            throw LeaseLost(call, claim);
        }
    });

    internal static ValueTask LeaveGroupAsync(ActionCall call) => RunAsync(
        call, static call => Find(call).LeaveAsync(MemberOf(call)));

    internal static async ValueTask DescribeGroupAsync(ActionCall call)
    {
        var group = Find(call);
        var response = call.Response;
        response.BeginStructure();
        WriteGroup(response, group);
        response.BeginList(GroupMembers.Members);
        foreach (var member in group.ListMembers())
        {
            response.Text(member);
        }

        response.EndList();
        await LeaseWriter.WriteAllAsync(call, group.ListLeases()).ConfigureAwait(false);
        response.EndStructure();
    }

    internal static async ValueTask DeleteGroupAsync(ActionCall call)
    {
        var stream = call.Stream();
        var name = call.Request.Text("GroupName")!;
        if (!await call.Service.Store.Groups.DeleteAsync(stream, name).ConfigureAwait(false))
        {
            throw NoGroup(call, name, stream);
        }
    }

    internal static ValueTask ListGroupsAsync(ActionCall call)
    {
        call.Response.BeginStructure();
        call.Response.BeginList(GroupMembers.Groups);
        foreach (var group in call.Service.Store.Groups.List(call.Stream()))
        {
            call.Response.BeginStructure();
            WriteGroup(call.Response, group);
            call.Response.Number(GroupMembers.MemberCount, group.MemberCount);
            call.Response.EndStructure();
        }

        call.Response.EndList();
        call.Response.EndStructure();
        return default;
    }

    private static void WriteGroup(ResponseWriter response, ConsumerGroup group)
    {
        response.Text(GroupMembers.GroupName, group.Name);
        response.Text(Members.StreamName, group.Stream.Name);
        response.Time(GroupMembers.GroupCreationTimestamp, group.CreatedAt);
        response.Number(GroupMembers.LeaseDurationMillis, (long)group.Options.LeaseDuration.TotalMilliseconds);
        response.Number(GroupMembers.PendingRecords, group.PendingRecords);
    }

    /// <summary>Runs an action; what a group refuses is told as the service does.</summary>
    private static async ValueTask RunAsync(ActionCall call, Func<ActionCall, ValueTask> action)
    {
        try
        {
            await action(call).ConfigureAwait(false);
        }
        catch (GroupException error)
        {
            throw error.Refusal == GroupRefusal.Gone
                ? ApiException.NotFound(error.Message)
                : ApiException.LimitExceeded(error.Message);
        }
        catch (ArgumentException error)
        {
            throw ApiException.InvalidArgument(error.Message);
        }
    }

    private static ValueTask<ConsumerGroup> MakeAsync(ActionCall call, DataStream stream, string name)
    {
        var groups = call.Service.Store.Groups;
        if (groups.WasDeleted(stream, name))
        {
            // Its members ask on until they are told.
            throw NoGroup(call, name, stream);
        }

        var options = new GroupOptions
        {
            Start = StartOf(call),
            LeaseDuration = TimeSpan.FromMilliseconds(
                call.Request.Integer("LeaseDurationMillis") ?? new GroupOptions().LeaseDuration.TotalMilliseconds),
        };
        return groups.OpenAsync(stream, name, options);
    }

    private static ConsumerGroup Find(ActionCall call)
    {
        var stream = call.Stream();
        var name = call.Request.Text("GroupName")!;
        return call.Service.Store.Groups.TryGet(stream, name, out var group)
            ? group
            : throw NoGroup(call, name, stream);
    }

    private static ShardPosition StartOf(ActionCall call)
    {
        var type = call.Request.TextOf(call.Request.Member("StartingPosition", "Type"));
        var time = RequestValues.TimeOf(call.Request.Member("StartingPosition", "Timestamp"));
        return type switch
        {
            "LATEST" => ShardPosition.Latest,
            "AT_TIMESTAMP" => Positions.OfTime(call, time),
            _ => ShardPosition.TrimHorizon,
        };
    }

    private static string MemberOf(ActionCall call) => call.Request.Text("MemberId")!;

    private static LeaseClaim ClaimOf(ActionCall call) =>
        new(call.Request.Text("ShardId")!, call.Request.Member("LeaseCounter").Number);

    private static List<LeaseClaim> ClaimsOf(RequestValues request)
    {
        var shardAt = GroupRequests.Claim.IndexOf("ShardId");
        var counterAt = GroupRequests.Claim.IndexOf("LeaseCounter");
        var claims = new List<LeaseClaim>();
        var shards = new HashSet<string>(StringComparer.Ordinal);
        for (var at = request.Member("Leases").Start; at != 0; at = request.At(at).Next)
        {
            var first = request.At(at).Start;
            var shard = request.TextOf(request.At(first + shardAt))!;
            if (shards.Add(shard))
            {
                claims.Add(new LeaseClaim(shard, request.At(first + counterAt).Number));
            }
        }

        return claims;
    }

    /// <summary>The checkpoint that a request names; null for the end of the shard.</summary>
    private static GroupCheckpoint? CheckpointOf(ActionCall call, ConsumerGroup group, LeaseClaim claim)
    {
        var text = call.Request.Text("SequenceNumber")!;
        var place = call.Request.Integer("SubSequenceNumber");
        if (text == GroupRequests.ShardEnd && place is null)
        {
            return null;
        }

        return KinesisSequenceNumber.TryParse(text, out var number)
            && group.Stream.TryGetShard(claim.ShardId, out var shard)
            && shard.NumberOf(number.Sequence) == number
                ? new GroupCheckpoint(number.Sequence, place)
                : throw ApiException.InvalidArgument(
                    $"SequenceNumber {text} is none of shard {claim.ShardId} in stream {group.Stream.Name} under "
                        + $"account {call.Account}.");
    }

    private static ApiException NoGroup(ActionCall call, string name, DataStream stream) => ApiException.NotFound(
        $"Group {name} of stream {stream.Name} under account {call.Account} not found.");

    private static ApiException LeaseLost(ActionCall call, LeaseClaim claim) => new(
        ErrorType.LeaseLost,
        $"Member {MemberOf(call)} has not the lease {claim.Counter} of shard {claim.ShardId} in group "
            + $"{call.Request.Text("GroupName")}: another has it, or nobody.");
}
