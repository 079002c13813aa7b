using System.Net;
using System.Security.Cryptography;
using Amazon.S3;
using Amazon.S3.Model;

namespace EdgeStream.Delivery;

/// <summary>Puts objects into a bucket, one signed request each (AWS Signature Version 4), large ones in
/// parts.</summary>
/// <remarks>
/// <para>The body's SHA-256 is part of the signature and its MD5 goes in <c>Content-MD5</c>: servers that check either
/// refuse a damaged body. The newer trailing checksums and chunked signing are off, as many compatible servers do not
/// know them.</para>
/// </remarks>
internal sealed class S3Destination(S3DestinationOptions options, WireMeter wire) : IDestination
{
    private readonly Lock _gate = new();
    private readonly S3Upload _upload = new(options, wire);
    private AmazonS3Client? _client;

    /// <inheritdoc/>
    public long RemovedObjects => 0;

    /// <inheritdoc/>
    public async ValueTask<SendResult> SendAsync(DeliveryObject item, CancellationToken cancellationToken)
    {
        try
        {
            await (_upload.IsFor(item) ? _upload.SendAsync(Client(), item, cancellationToken)
                : PutAsync(item, cancellationToken));
            return SendResult.Accepted;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            return S3Failure.Of(exception, options);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<SendResult> FindAsync(string objectName, CancellationToken cancellationToken)
    {
        using var limit = wire.Limit(options.TimeoutSeconds, cancellationToken);
        try
        {
            var request = new GetObjectMetadataRequest { BucketName = options.Bucket, Key = objectName };
            await Client().GetObjectMetadataAsync(request, limit.Token);
            return SendResult.Accepted;
        }
        catch (AmazonS3Exception exception) when (exception.StatusCode == HttpStatusCode.NotFound)
        {
            return SendResult.Absent;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            return S3Failure.Of(exception, options);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client?.Dispose();

    private async Task PutAsync(DeliveryObject item, CancellationToken cancellationToken)
    {
        using var limit = wire.Limit(options.TimeoutSeconds, cancellationToken);
        var request = new PutObjectRequest
        {
            BucketName = options.Bucket,
            Key = item.Name,
            InputStream = item.OpenRead(),
            AutoResetStreamPosition = true,
            ContentType = item.ContentType,
            MD5Digest = Md5Of(item),
            UseChunkEncoding = false,
        };
        if (options.EncryptionMethod is { } method)
        {
            request.ServerSideEncryptionMethod = method;
            request.ServerSideEncryptionKeyManagementServiceKeyId = options.KmsKeyId;
        }

        await Client().PutObjectAsync(request, limit.Token);
    }

    /// <summary>Made at the first request, so that a credentials file mended later is read then.</summary>
    private AmazonS3Client Client()
    {
        lock (_gate)
        {
            return _client ??= S3ClientFactory.CreateClient(options, wire);
        }
    }

    private static string Md5Of(DeliveryObject item)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        foreach (var block in item.Content)
        {
            hash.AppendData(block.Span);
        }

        return Convert.ToBase64String(hash.GetHashAndReset());
    }
}
