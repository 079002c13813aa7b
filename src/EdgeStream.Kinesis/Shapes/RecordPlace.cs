namespace EdgeStream.Kinesis;

/// <summary>Where the members of a record of PutRecords stand within it.</summary>
internal static class RecordPlace
{
    internal const int PartitionKey = 0;
    internal const int ExplicitHashKey = 1;
    internal const int Data = 2;
}
