using EdgeStream.Testing;

namespace EdgeStream.Delivery.Tests.Servers;

/// <summary>An endpoint that answers as Kinesis Data Streams does.</summary>
internal static class KinesisEndpoint
{
    /// <summary>Takes the records of a request, but for those at these places.</summary>
    public static StandInAnswer Take(StandInRequest request, params int[] failed) => Take(CountOf(request), failed);

    /// <summary>Takes so many records, but for those at these places.</summary>
    public static StandInAnswer Take(int count, params int[] failed) => new(200,
        $$"""{"FailedRecordCount":{{failed.Length}},"Records":[""" + string.Join(',', Enumerable.Range(0, count).Select(
            i => failed.Contains(i)
                ? """{"ErrorCode":"ProvisionedThroughputExceededException","ErrorMessage":"Rate exceeded"}"""
                : $$"""{"SequenceNumber":"{{i + 1}}","ShardId":"shardId-000000000000"}""")) + "]}");

    public static int CountOf(StandInRequest request) => request.Json.GetProperty("Records").GetArrayLength();

    /// <summary>A destination that sends there.</summary>
    public static KinesisDestinationOptions Options(HttpStandIn server) => new()
    {
        Link = new AwsLink
        {
            Endpoint = server.Url, Region = "eu-west-1", AccessKeyId = "AKIDEXAMPLE", SecretAccessKey = "secret",
        },
        StreamName = "up",
    };
}
