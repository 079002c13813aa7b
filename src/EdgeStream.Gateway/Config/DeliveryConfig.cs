namespace EdgeStream.Gateway.Config;

/// <summary>One delivery: exactly one of <see cref="Folder"/> and <see cref="S3"/> is set.</summary>
internal sealed record DeliveryConfig
{
    public required string Name { get; init; }

    public required string Stream { get; init; }

    public required TimeSpan BufferTime { get; init; }

    public required long BufferSizeBytes { get; init; }

    public required string Prefix { get; init; }

    public FolderConfig? Folder { get; init; }

    public S3Config? S3 { get; init; }
}
