using System.Globalization;
using System.Text;

namespace EdgeStream.Benchmarks.Areas.Kinesis.Load;

/// <summary>The stream of the benchmark: four shards, without limits of their own where the server knows
/// ON_DEMAND.</summary>
internal static class BenchmarkStream
{
    /// <summary>Its name.</summary>
    public const string Name = "benchmark";

    /// <summary>How many shards it has.</summary>
    public const int ShardCount = 4;

    private static readonly TimeSpan ReadyDeadline = TimeSpan.FromSeconds(20);

    /// <summary>The id of a shard.</summary>
    public static string ShardId(int index) =>
        string.Create(CultureInfo.InvariantCulture, $"shardId-{index:D12}");

    /// <summary>Makes it and waits until it can be used.</summary>
    public static void Create(KinesisConnection connection, RequestSigner signer)
    {
        // The gateway's streams on demand begin with four shards, and it refuses to be told how many.
        var mode = "\"StreamModeDetails\":{\"StreamMode\":\"ON_DEMAND\"}";
        var (status, _) = connection.Ask(new PreparedRequest(
            signer, "CreateStream", $$"""{"StreamName":"{{Name}}",{{mode}}}"""));
        if (status != 200)
        {
            Ask(
                connection,
                signer,
                "CreateStream",
                $$"""{"StreamName":"{{Name}}","ShardCount":{{ShardCount}},{{mode}}}""");
        }

        WaitFor(connection, signer, "DescribeStreamSummary", $$"""{"StreamName":"{{Name}}"}""", "\"ACTIVE\"");
    }

    /// <summary>Registers a consumer of it, waits until it can be used and returns its ARN.</summary>
    public static string Register(KinesisConnection connection, RequestSigner signer)
    {
        var summary = Ask(connection, signer, "DescribeStreamSummary", $$"""{"StreamName":"{{Name}}"}""");
        var stream = $"\"StreamARN\":\"{Member(summary, "\"StreamARN\":\"")}\"";
        var consumer = Ask(
            connection, signer, "RegisterStreamConsumer", $$"""{{{stream}},"ConsumerName":"benchmark"}""");
        WaitFor(connection, signer, "ListStreamConsumers", $$"""{{{stream}}}""", "\"ACTIVE\"");
        return Member(consumer, "\"ConsumerARN\":\"");
    }

    /// <summary>An iterator at the oldest record of a shard.</summary>
    public static string IteratorOf(KinesisConnection connection, RequestSigner signer, int shard) => Member(
        Ask(
            connection,
            signer,
            "GetShardIterator",
            $$"""{"StreamName":"{{Name}}","ShardId":"{{ShardId(shard)}}","ShardIteratorType":"TRIM_HORIZON"}"""),
        "\"ShardIterator\":\"");

    private static string Ask(KinesisConnection connection, RequestSigner signer, string action, string json)
    {
        var (status, body) = connection.Ask(new PreparedRequest(signer, action, json));
        Answers.RequireSuccess(status, Encoding.UTF8.GetBytes(body));
        return body;
    }

    private static void WaitFor(
        KinesisConnection connection, RequestSigner signer, string action, string json, string text)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!Ask(connection, signer, action, json).Contains(text, StringComparison.Ordinal))
        {
            if (TimeProvider.System.GetElapsedTime(began) > ReadyDeadline)
            {
                throw new TimeoutException($"{action} does not say {text}.");
            }
        }
    }

    private static string Member(string body, string name) =>
        Encoding.UTF8.GetString(Answers.Text(Encoding.UTF8.GetBytes(body), Encoding.UTF8.GetBytes(name)));
}
