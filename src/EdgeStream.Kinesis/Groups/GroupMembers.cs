namespace EdgeStream.Kinesis;

/// <summary>Names in responses of the actions on consumer groups.</summary>
internal static class GroupMembers
{
    internal static readonly MemberName ExpiresInMillis = new("ExpiresInMillis");
    internal static readonly MemberName GroupCreationTimestamp = new("GroupCreationTimestamp");
    internal static readonly MemberName GroupName = new("GroupName");
    internal static readonly MemberName Groups = new("Groups");
    internal static readonly MemberName HandoverRequested = new("HandoverRequested");
    internal static readonly MemberName LeaseCounter = new("LeaseCounter");
    internal static readonly MemberName LeaseDurationMillis = new("LeaseDurationMillis");
    internal static readonly MemberName Leases = new("Leases");
    internal static readonly MemberName LeaseStatus = new("LeaseStatus");
    internal static readonly MemberName MemberCount = new("MemberCount");
    internal static readonly MemberName Members = new("Members");
    internal static readonly MemberName Owner = new("Owner");
    internal static readonly MemberName PendingRecords = new("PendingRecords");
    internal static readonly MemberName StartingPosition = new("StartingPosition");
    internal static readonly MemberName SubSequenceNumber = new("SubSequenceNumber");
    internal static readonly MemberName Type = new("Type");
}
