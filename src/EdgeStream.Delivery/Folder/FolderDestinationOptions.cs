using Microsoft.Extensions.Logging;

namespace EdgeStream.Delivery;

/// <summary>A local folder that objects are written to.</summary>
public sealed record FolderDestinationOptions : DestinationOptions
{
    /// <summary>Smallest <see cref="MaximumBytes"/>: 1 MiB.</summary>
    public const long MaximumBytesMin = 1L << 20;

    /// <summary>The root folder, absolute; made if missing.</summary>
    public required string Path { get; init; }

    /// <summary>
    /// The delivery's files are kept below this many bytes by removing the oldest; null keeps all. 1 MiB at least.
    /// </summary>
    public long? MaximumBytes { get; init; }

    /// <inheritdoc/>
    public override bool TakesNames => true;

    /// <inheritdoc/>
    public override string Kind => "folder";

    /// <inheritdoc/>
    public override string Target => Path;

    /// <inheritdoc/>
    public override IReadOnlyList<DefinitionError> Validate()
    {
        var errors = new List<DefinitionError>();
        if (!System.IO.Path.IsPathFullyQualified(Path) || Path.Contains('\0'))
        {
            errors.Add(new(nameof(Path), $"'{Path}' is not an absolute path."));
        }

        if (MaximumBytes is < MaximumBytesMin)
        {
            errors.Add(new(nameof(MaximumBytes),
                $"{MaximumBytes} is out of range: {MaximumBytesMin} (1 MiB) or more is allowed."));
        }

        return errors;
    }

    /// <inheritdoc/>
    public override IDestination Open(
        string deliveryName, WireMeter wire, TimeProvider timeProvider, ILogger logger) =>
        new FolderDestination(this, deliveryName, logger);
}
