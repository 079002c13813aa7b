using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace EdgeStream.Delivery;

/// <summary>Reads one object of an S3-compatible server, as often as it is another one than before.</summary>
/// <remarks>One read at a time. Requests are signed (AWS Signature Version 4); a clock of the board that is wrong is
/// corrected by the server's answer. Credentials that are refused are looked up anew for the next read.</remarks>
/// <param name="options">The server and the bucket.</param>
/// <param name="key">The object's name.</param>
/// <param name="time">The clock of the time limit.</param>
public sealed class S3ObjectReader(S3DestinationOptions options, string key, TimeProvider time) : IDisposable
{
    private readonly WireMeter _wire = WireMeter.Unlimited(time);
    private AmazonS3Client? _client;

    /// <summary>The object, for people: <c>s3://bucket/key</c>, and the server where it is not AWS.</summary>
    public string Place { get; } = PlaceOf(options, key);

    /// <summary>The object of a server, for people.</summary>
    public static string PlaceOf(S3DestinationOptions options, string key) =>
        $"s3://{options.Bucket}/{key}" + (options.Endpoint is null ? "" : $" at {options.Endpoint}");

    /// <summary>Reads the object, unless it is the one that is known.</summary>
    /// <param name="knownTag">The tag that came with what is known; null for nothing.</param>
    /// <param name="sizeBytesMax">A longer object is not read.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    public async Task<S3ObjectAnswer> ReadAsync(
        string? knownTag, int sizeBytesMax, CancellationToken cancellationToken)
    {
        using var limit = _wire.Limit(options.TimeoutSeconds, cancellationToken);
        try
        {
            _client ??= S3ClientFactory.CreateClient(options, _wire);
            var request = new GetObjectRequest
            {
                BucketName = options.Bucket, Key = key, EtagToNotMatch = knownTag,
            };
            using var answer = await _client.GetObjectAsync(request, limit.Token);
            var content = await ReadAsync(answer, sizeBytesMax, limit.Token);
            return content is null
                ? new S3ObjectAnswer(Problem: $"{Place} has more than {sizeBytesMax} bytes, the most that is read.")
                : new S3ObjectAnswer(content, answer.ETag, ChangedAtOf(answer));
        }
        catch (AmazonServiceException answered) when (answered.StatusCode == HttpStatusCode.NotModified)
        {
            return new S3ObjectAnswer();
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            if (error is AmazonServiceException { StatusCode: HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized })
            {
                _client?.Dispose();
                _client = null;
            }

            return new S3ObjectAnswer(Problem: S3Failure.DescribeRead(error, Place, options));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client?.Dispose();

    /// <summary>The content; null when it is too long. One that ends too early is an exception.</summary>
    private static async Task<byte[]?> ReadAsync(
        GetObjectResponse answer, int sizeBytesMax, CancellationToken cancellationToken)
    {
        if (answer.ContentLength > sizeBytesMax)
        {
            return null;
        }

        var content = new byte[answer.ContentLength];
        await answer.ResponseStream.ReadExactlyAsync(content, cancellationToken);
        return content;
    }

    private static DateTimeOffset? ChangedAtOf(GetObjectResponse answer) =>
        (DateTime?)answer.LastModified is { } changed ? new DateTimeOffset(changed.ToUniversalTime()) : null;
}
