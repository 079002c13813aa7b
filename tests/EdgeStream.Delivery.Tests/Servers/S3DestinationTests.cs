using System.Buffers;
using EdgeStream.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeStream.Delivery.Tests.Servers;

/// <summary>What goes to S3, by a stand-in that follows the public description of its requests.</summary>
public sealed class S3DestinationTests
{
    private const int PartBytes = 5 << 20;

    [Theory]
    [InlineData(S3Encryption.Bucket, null, null)]
    [InlineData(S3Encryption.Aes256, null, "AES256")]
    [InlineData(S3Encryption.Kms, "key-1", "aws:kms")]
    public async Task An_object_is_encrypted_as_it_was_asked_for(S3Encryption encryption, string? key, string? header)
    {
        await using var server = new HttpStandIn(static _ => new StandInAnswer(200, ""));
        using var destination = Open(Options(server) with { Encryption = encryption, KmsKeyId = key });
        Assert.Equal(SendOutcome.Accepted, (await destination.SendAsync(Item(100), default)).Outcome);
        var request = Assert.Single(server.Requests);
        Assert.Equal("/bucket/site/object", request.Target);
        Assert.Equal(header, request.Headers.GetValueOrDefault("x-amz-server-side-encryption"));
        Assert.Equal(key, request.Headers.GetValueOrDefault("x-amz-server-side-encryption-aws-kms-key-id"));
    }

    [Fact]
    public async Task A_large_object_goes_in_parts_and_an_attempt_goes_on_where_the_one_before_was_cut_off()
    {
        var isAway = true;
        var parts = new Dictionary<string, byte[]>();
        await using var server = new HttpStandIn(request =>
        {
            if (request.Target.Contains("partNumber=2", StringComparison.Ordinal) && isAway)
            {
                return new StandInAnswer(503, "");
            }

            if (request.Target.Contains("partNumber=", StringComparison.Ordinal))
            {
                parts.Add(request.Target, request.Raw);
                return new StandInAnswer(200, "", $"ETag: \"{parts.Count}\"");
            }

            return new StandInAnswer(200, request.Target.Contains("uploadId=", StringComparison.Ordinal)
                ? "<CompleteMultipartUploadResult><Key>site/object</Key></CompleteMultipartUploadResult>"
                : "<InitiateMultipartUploadResult><UploadId>u1</UploadId></InitiateMultipartUploadResult>");
        });
        using var destination = Open(Options(server) with { Encryption = S3Encryption.Aes256 });
        var item = Item((2 * PartBytes) + 17);
        Assert.Equal(SendOutcome.Retryable, (await destination.SendAsync(item, default)).Outcome);
        Assert.Single(parts);
        isAway = false;
        Assert.Equal(SendOutcome.Accepted, (await destination.SendAsync(item, default)).Outcome);
        Assert.Equal(3, parts.Count);
        Assert.Equal(item.Content.ToArray(), parts.Values.SelectMany(bytes => bytes));
        Assert.Equal("AES256", server.Requests[0]["x-amz-server-side-encryption"]);
        Assert.Contains(
            "<PartNumber>3</PartNumber>", server.Requests[^1].Text.Replace(" ", "", StringComparison.Ordinal));

        // Once completed, it begins anew.
        parts.Clear();
        Assert.Equal(SendOutcome.Accepted, (await destination.SendAsync(item, default)).Outcome);
        Assert.Equal(3, parts.Count);
    }

    [Fact]
    public async Task An_upload_that_the_server_has_removed_begins_anew()
    {
        var isGone = true;
        var begun = 0;
        await using var server = new HttpStandIn(request =>
        {
            var isComplete = request.Target.Contains("uploadId=", StringComparison.Ordinal)
                && !request.Target.Contains("partNumber=", StringComparison.Ordinal);
            begun += request.Target.EndsWith("?uploads", StringComparison.Ordinal) ? 1 : 0;
            return isComplete && isGone
                ? new StandInAnswer(404, "<Error><Code>NoSuchUpload</Code><Message>It is gone.</Message></Error>")
                : new StandInAnswer(
                    200, isComplete ? "<CompleteMultipartUploadResult/>"
                    : "<InitiateMultipartUploadResult><UploadId>u1</UploadId></InitiateMultipartUploadResult>",
                    "ETag: \"e\"");
        });
        using var destination = Open(Options(server));
        var result = await destination.SendAsync(Item(PartBytes + 1), default);
        Assert.Equal(SendOutcome.Retryable, result.Outcome);
        Assert.Contains("NoSuchUpload", result.Reason);
        isGone = false;
        Assert.Equal(SendOutcome.Accepted, (await destination.SendAsync(Item(PartBytes + 1), default)).Outcome);
        Assert.Equal(2, begun);
    }

    [Fact]
    public void What_is_wrong_is_named()
    {
        var options = new S3DestinationOptions { Bucket = "bucket", KmsKeyId = "key", PartBytes = 1 << 20 };
        Assert.Equal(["KmsKeyId", "PartBytes"], options.Validate().Select(error => error.Member));
    }

    private static S3DestinationOptions Options(HttpStandIn server) => new()
    {
        Endpoint = server.Url.TrimEnd('/'), Bucket = "bucket", AccessKeyId = "id", SecretAccessKey = "secret",
        PartBytes = PartBytes, TimeoutSeconds = 60,
    };

    private static IDestination Open(S3DestinationOptions options)
    {
        Assert.Empty(options.Validate());
        return options.Open("up", WireMeter.Unlimited(TimeProvider.System), TimeProvider.System, NullLogger.Instance);
    }

    private static DeliveryObject Item(int size)
    {
        var bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        return new DeliveryObject("site/object", "application/gzip", new ReadOnlySequence<byte>(bytes));
    }
}
