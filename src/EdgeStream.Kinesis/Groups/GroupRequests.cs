namespace EdgeStream.Kinesis;

/// <summary>What the actions on consumer groups take: an extension of the gateway's own, in the service's style.
/// </summary>
internal static class GroupRequests
{
    /// <summary>The word that stands for the end of a closed shard.</summary>
    internal const string ShardEnd = "SHARD_END";

    private const int LeasesMax = 1000;

    private static readonly Shape Name = Shape.Text(1, 128, TextPattern.Name);
    private static readonly Field StreamName = new("StreamName", Name, isRequired: true, "StreamARN");
    private static readonly Field StreamArn = new("StreamARN", Shape.Text(1, 2048, TextPattern.StreamArn));
    private static readonly Field GroupName = new("GroupName", Name, isRequired: true);
    private static readonly Field MemberId = new("MemberId", Name, isRequired: true);
    private static readonly Field ShardId = new("ShardId", Name, isRequired: true);
    private static readonly Field LeaseCounter = new("LeaseCounter", Shape.Integer(1), isRequired: true);

    /// <summary>A lease that a member says it has.</summary>
    internal static readonly Shape Claim = Shape.Structure(ShardId, LeaseCounter);

    internal static readonly Shape AcquireLeases = Shape.Structure(
        StreamName,
        GroupName,
        MemberId,
        new Field("MaxLeases", Shape.Integer(1)),
        new Field("LeaseDurationMillis", Shape.Integer(1000, 300_000)),
        new Field(
            "StartingPosition",
            Shape.Structure(
                new Field("Type", Shape.Word("TRIM_HORIZON", "LATEST", "AT_TIMESTAMP"), isRequired: true),
                new Field("Timestamp", Shape.Time()))),
        StreamArn);

    internal static readonly Shape RenewLeases = Shape.Structure(
        StreamName,
        GroupName,
        MemberId,
        new Field("Leases", Shape.List(Claim, 1, LeasesMax, elementText: "Lease"), isRequired: true),
        StreamArn);

    internal static readonly Shape Checkpoint = Shape.Structure(
        StreamName,
        GroupName,
        MemberId,
        ShardId,
        LeaseCounter,
        new Field("SequenceNumber", Shape.Text(1, 129), isRequired: true),
        new Field("SubSequenceNumber", Shape.Integer(0)),
        StreamArn);

    internal static readonly Shape ReleaseLease = Shape.Structure(
        StreamName, GroupName, MemberId, ShardId, LeaseCounter, StreamArn);

    internal static readonly Shape LeaveGroup = Shape.Structure(StreamName, GroupName, MemberId, StreamArn);

    internal static readonly Shape OfGroup = Shape.Structure(StreamName, GroupName, StreamArn);

    internal static readonly Shape ListGroups = Shape.Structure(StreamName, StreamArn);
}
