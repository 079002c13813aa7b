namespace EdgeStream.Gateway.Config;

/// <summary>An S3-compatible server that takes deliveries.</summary>
internal sealed record S3Config
{
    /// <summary>The server's URL; null for AWS.</summary>
    public required string? Endpoint { get; init; }

    public required string Region { get; init; }

    public required string Bucket { get; init; }

    public required string AccessKey { get; init; }

    public required string SecretKey { get; init; }

    public required bool PathStyle { get; init; }

    /// <summary>Names the target and never the secret.</summary>
    public override string ToString() => $"{Endpoint ?? $"AWS {Region}"} {Bucket}";
}
