using Amazon.S3;
using Microsoft.Extensions.Logging;

namespace EdgeStream.Delivery;

/// <summary>A bucket of an S3-compatible server.</summary>
public sealed record S3DestinationOptions : DestinationOptions
{
    /// <summary>Largest <see cref="TimeoutSeconds"/>: an hour.</summary>
    public const int TimeoutSecondsMax = 3600;

    /// <summary>Smallest <see cref="PartBytes"/>: 5 MiB, the least that servers take.</summary>
    public const long PartBytesMin = 5L << 20;

    /// <summary>Largest <see cref="PartBytes"/>: 1 GiB.</summary>
    public const long PartBytesMax = 1L << 30;

    /// <summary>The server's URL, <c>http</c> or <c>https</c>; null for AWS itself, by <see cref="Region"/>.</summary>
    public string? Endpoint { get; init; }

    /// <summary>The region that requests are signed for; most other servers take any.</summary>
    public string Region { get; init; } = "us-east-1";

    /// <summary>The bucket; it must exist.</summary>
    public required string Bucket { get; init; }

    /// <summary>
    /// Whether the bucket stands in the path rather than in the host name. Null: yes exactly if there is an endpoint.
    /// </summary>
    public bool? PathStyle { get; init; }

    /// <summary>
    /// The access key's id; null takes the environment's, else the credentials file's, else the machine's role.
    /// </summary>
    public string? AccessKeyId { get; init; }

    /// <summary>The access key's secret; given exactly if <see cref="AccessKeyId"/> is. Shown nowhere.</summary>
    public string? SecretAccessKey { get; init; }

    /// <summary>The profile of the credentials file; null for <c>AWS_PROFILE</c>, else <c>default</c>.</summary>
    public string? Profile { get; init; }

    /// <summary>One request, connecting and sending included, ends within this. 1 to 3,600 seconds.</summary>
    /// <remarks>The default lets 5 MiB through a link of 150 kbit/s.</remarks>
    public int TimeoutSeconds { get; init; } = 300;

    /// <summary>How the server encrypts objects.</summary>
    public S3Encryption Encryption { get; init; }

    /// <summary>The key's id or ARN for <see cref="S3Encryption.Kms"/>; null for the account's own.</summary>
    public string? KmsKeyId { get; init; }

    /// <summary>Larger objects go in parts of this, each a request of its own. 5 MiB to 1 GiB.</summary>
    public long PartBytes { get; init; } = 16L << 20;

    /// <summary>What a request asks for; null for nothing.</summary>
    internal ServerSideEncryptionMethod? EncryptionMethod => Encryption switch
    {
        S3Encryption.Aes256 => ServerSideEncryptionMethod.AES256,
        S3Encryption.Kms => ServerSideEncryptionMethod.AWSKMS,
        _ => null,
    };

    /// <inheritdoc/>
    public override bool TakesNames => true;

    /// <inheritdoc/>
    public override string Kind => "s3";

    /// <inheritdoc/>
    public override string Server => Endpoint is null ? $"s3.{Region}.amazonaws.com" : new Uri(Endpoint).Authority;

    /// <inheritdoc/>
    public override string Target => Endpoint is null ? $"s3://{Bucket}" : $"s3://{Bucket} at {Endpoint}";

    /// <inheritdoc/>
    public override IReadOnlyList<DefinitionError> Validate()
    {
        var errors = new List<DefinitionError>();
        if (Endpoint is not null
            && (!Uri.TryCreate(Endpoint, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https")
                || uri.UserInfo.Length > 0))
        {
            errors.Add(new(nameof(Endpoint),
                "is not a URL such as https://s3.example.org:9000, without user and password."));
        }

        if (Bucket.Length is < 3 or > 63
            || !Bucket.All(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '-' or '_'))
        {
            errors.Add(new(nameof(Bucket),
                $"'{Bucket}' is not a bucket: 3 to 63 letters, digits, '.', '-' or '_' are allowed."));
        }

        if (Region.Length == 0)
        {
            errors.Add(new(nameof(Region),
                "is empty: requests are signed for a region; us-east-1 suits most servers."));
        }

        if (string.IsNullOrEmpty(AccessKeyId) != string.IsNullOrEmpty(SecretAccessKey))
        {
            errors.Add(new(nameof(SecretAccessKey), "must be given exactly if AccessKeyId is."));
        }

        if (TimeoutSeconds is < 1 or > TimeoutSecondsMax)
        {
            errors.Add(new(nameof(TimeoutSeconds),
                $"{TimeoutSeconds} is out of range: 1 to {TimeoutSecondsMax} seconds are allowed."));
        }

        if (KmsKeyId is not null && Encryption != S3Encryption.Kms)
        {
            errors.Add(new(nameof(KmsKeyId), "is for the encryption by the key management service."));
        }

        if (PartBytes is < PartBytesMin or > PartBytesMax)
        {
            errors.Add(new(nameof(PartBytes),
                $"{PartBytes} is out of range: {PartBytesMin} (5 MiB) to {PartBytesMax} (1 GiB) are allowed."));
        }

        return errors;
    }

    /// <inheritdoc/>
    public override IDestination Open(
        string deliveryName, WireMeter wire, TimeProvider timeProvider, ILogger logger) =>
        new S3Destination(this, wire);

    /// <summary>Like the record's own, but without the secret, so that a definition can be logged.</summary>
    public override string ToString() => $"{Target} in {Region} as {AccessKeyId ?? "(environment)"}";
}
