namespace EdgeStream.Delivery;

/// <summary>How the server encrypts objects where it keeps them.</summary>
public enum S3Encryption
{
    /// <summary>As the bucket says: the request asks for nothing.</summary>
    Bucket,

    /// <summary>With keys of the server's own (SSE-S3).</summary>
    Aes256,

    /// <summary>With a key of the key management service (SSE-KMS).</summary>
    Kms,
}
