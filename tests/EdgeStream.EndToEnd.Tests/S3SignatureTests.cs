using System.Buffers;
using EdgeStream.Delivery;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>A server that verifies signatures.</summary>
[Collection(RadosGatewayFixture.Name)]
public sealed class S3SignatureTests(RadosGatewayFixture fixture)
{
    [Fact]
    public async Task With_the_right_secret_objects_are_there_and_readable()
    {
        var server = fixture.Server with { Bucket = "right" };
        await MakeAsync(server);
        await using var run = await S3DeliveryRun.StartAsync(server.Destination, "site/a");
        await run.AppendAsync(1000);
        await run.DeliveredAsync();

        var records = await server.RecordsAsync();
        Assert.Equal(Enumerable.Range(1, 1000).Select(i => (long)i), records.Select(record => record.Sequence));
        var names = await server.NamesAsync();
        Assert.Equal(run.Status.DeliveredObjects, names.Count);
        Assert.All(names, name => Assert.Matches(
            @"^site/a/\d{4}/\d\d/\d\d/\d\d/upstream-[0-9a-f]{8}-shardId-000000000000-\d{20}-\d{20}\.jsonl\.gz$", name));
    }

    [Fact]
    public async Task With_a_wrong_secret_the_rejection_is_shown_and_nothing_is_thrown_away()
    {
        var wrong = fixture.Server with { SecretAccessKey = "wrong" };
        await using var run = await S3DeliveryRun.StartAsync(wrong.Destination, "wrong");
        await run.AppendAsync(10);
        await run.StateAsync(DeliveryState.BackingOff, "403 SignatureDoesNotMatch");
        Assert.Equal(10, run.Status.BacklogRecords);
        Assert.DoesNotContain("wrong/", string.Concat(await fixture.Server.NamesAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_bucket_is_shown_and_delivered_to_once_someone_makes_it()
    {
        var server = fixture.Server with { Bucket = "made-later" };
        await using var run = await S3DeliveryRun.StartAsync(server.Destination, "later");
        await run.AppendAsync(10);
        await run.StateAsync(DeliveryState.BackingOff, "404 NoSuchBucket");
        await MakeAsync(server);
        await run.DeliveredAsync();
        Assert.Equal(10, (await server.RecordsAsync()).Count);
    }

    [Fact]
    public async Task A_large_object_that_goes_in_parts_is_there_whole()
    {
        var server = fixture.Server with { Bucket = "parts" };
        await MakeAsync(server);
        var bytes = new byte[(2 * S3DestinationOptions.PartBytesMin) + 123];
        new Random(7).NextBytes(bytes);
        using var destination = (server.Destination with { PartBytes = S3DestinationOptions.PartBytesMin }).Open(
            "up", WireMeter.Unlimited(TimeProvider.System), TimeProvider.System, NullLogger.Instance);
        var item = new DeliveryObject("site/large", "application/gzip", new ReadOnlySequence<byte>(bytes));
        for (var attempt = 0; attempt < 2; attempt++)
        {
            var result = await destination.SendAsync(item, default);
            Assert.True(result.Outcome == SendOutcome.Accepted, result.Reason);
        }

        using var client = server.Connect();
        using var answer = await client.GetObjectAsync(server.Bucket, "site/large");
        var stored = new MemoryStream();
        await answer.ResponseStream.CopyToAsync(stored);
        Assert.Equal(bytes, stored.ToArray());
        Assert.Equal("application/gzip", answer.Headers.ContentType);
    }

    private static async Task MakeAsync(S3Server server)
    {
        using var client = server.Connect();
        await client.PutBucketAsync(server.Bucket);
    }
}
