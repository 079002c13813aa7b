using System.Buffers;
using System.Security.Cryptography;
using Amazon.S3;
using Amazon.S3.Model;

namespace EdgeStream.Delivery;

/// <summary>Sends large objects in parts: what of an object has arrived is not sent again by its next
/// attempt.</summary>
/// <remarks>
/// <para>Amazon S3 API reference, "Multipart upload": the object is there, whole, when the upload is completed. Each
/// part is a request with a time limit of its own.</para>
/// <para>Thread-safe. At most <see cref="UploadsMax"/> uploads are remembered, the newest; what is not completed stays
/// at the server, unseen, until a rule of the bucket for incomplete uploads removes it.</para>
/// </remarks>
internal sealed class S3Upload(S3DestinationOptions options, WireMeter wire)
{
    /// <summary>Uploads that are remembered: two a shard are under way at most.</summary>
    private const int UploadsMax = 128;

    private readonly Lock _gate = new();
    private readonly List<Begun> _begun = [];

    /// <summary>Whether an object is sent so.</summary>
    public bool IsFor(DeliveryObject item) => item.Content.Length > options.PartBytes;

    /// <summary>Sends what has not arrived yet, and completes the object.</summary>
    /// <exception cref="AmazonS3Exception">The server has refused a request.</exception>
    public async Task SendAsync(IAmazonS3 client, DeliveryObject item, CancellationToken cancellationToken)
    {
        var upload = await FindAsync(client, item, cancellationToken);
        try
        {
            for (var at = upload.Parts.Count * options.PartBytes; at < item.Content.Length; at += options.PartBytes)
            {
                var size = Math.Min(options.PartBytes, item.Content.Length - at);
                upload.Parts.Add(await SendPartAsync(
                    client, upload, item.Content.Slice(at, size), cancellationToken));
            }

            using var limit = wire.Limit(options.TimeoutSeconds, cancellationToken);
            await client.CompleteMultipartUploadAsync(
                new CompleteMultipartUploadRequest
                {
                    BucketName = options.Bucket, Key = upload.Name, UploadId = upload.Id, PartETags = upload.Parts,
                },
                limit.Token);
            Forget(upload);
        }
        catch (AmazonS3Exception error) when (error.ErrorCode is "NoSuchUpload" or "InvalidPart" or "InvalidPartOrder")
        {
            // The server has removed it, or some of it; or the answer to its completion was lost. It begins anew.
            Forget(upload);
            throw new IOException($"{error.ErrorCode}: {error.Message} The object is sent anew.");
        }
    }

    private async Task<PartETag> SendPartAsync(
        IAmazonS3 client, Begun upload, ReadOnlySequence<byte> part, CancellationToken cancellationToken)
    {
        using var limit = wire.Limit(options.TimeoutSeconds, cancellationToken);
        var answer = await client.UploadPartAsync(
            new UploadPartRequest
            {
                BucketName = options.Bucket,
                Key = upload.Name,
                UploadId = upload.Id,
                PartNumber = upload.Parts.Count + 1,
                PartSize = part.Length,
                InputStream = new SequenceStream(part),
                MD5Digest = Convert.ToBase64String(HashOf(part)),
                UseChunkEncoding = false,
            },
            limit.Token);
        return new PartETag(upload.Parts.Count + 1, answer.ETag);
    }

    /// <summary>The upload that an earlier attempt has begun, or a new one. The same name may stand for other bytes: it
    /// is known by both.</summary>
    private async Task<Begun> FindAsync(IAmazonS3 client, DeliveryObject item, CancellationToken cancellationToken)
    {
        var hash = HashOf(item.Content);
        lock (_gate)
        {
            var known = _begun.Find(
                upload => upload.Name == item.Name && upload.Hash.AsSpan().SequenceEqual(hash));
            if (known is not null)
            {
                return known;
            }
        }

        using var limit = wire.Limit(options.TimeoutSeconds, cancellationToken);
        var request = new InitiateMultipartUploadRequest
        {
            BucketName = options.Bucket, Key = item.Name, ContentType = item.ContentType,
        };
        if (options.EncryptionMethod is { } method)
        {
            request.ServerSideEncryptionMethod = method;
            request.ServerSideEncryptionKeyManagementServiceKeyId = options.KmsKeyId;
        }

        var answer = await client.InitiateMultipartUploadAsync(request, limit.Token);
        var begun = new Begun(item.Name, hash, answer.UploadId);
        lock (_gate)
        {
            _begun.Add(begun);
            if (_begun.Count > UploadsMax)
            {
                _begun.RemoveAt(0);
            }
        }

        return begun;
    }

    private void Forget(Begun upload)
    {
        lock (_gate)
        {
            _begun.Remove(upload);
        }
    }

    private static byte[] HashOf(ReadOnlySequence<byte> content)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        foreach (var block in content)
        {
            hash.AppendData(block.Span);
        }

        return hash.GetHashAndReset();
    }

    /// <summary>An upload and what of it has arrived.</summary>
    private sealed class Begun(string name, byte[] hash, string id)
    {
        public string Name => name;

        public byte[] Hash => hash;

        public string Id => id;

        public List<PartETag> Parts { get; } = [];
    }
}
