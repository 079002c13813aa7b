using EdgeStream.Delivery;

namespace EdgeStream.Kinesis;

/// <summary>Where a delivery stream delivers to, as the API was told.</summary>
/// <remarks>Immutable.</remarks>
internal abstract record DestinationSettings
{
    /// <summary>The role that was named; nobody assumes it.</summary>
    internal required string RoleArn { get; init; }

    /// <summary>The buffer in MiB.</summary>
    internal int SizeInMiB { get; init; } = 5;

    /// <summary>The buffer in seconds.</summary>
    internal int IntervalInSeconds { get; init; } = 300;

    /// <summary>The member of a request that changes it, without <c>Update</c>.</summary>
    internal abstract string Kind { get; }

    /// <summary>How the delivery reaches it.</summary>
    /// <param name="record">The delivery stream.</param>
    /// <param name="options">The gateway's S3 server and names.</param>
    internal abstract DestinationOptions OptionsOf(DeliveryStreamRecord record, FirehoseOptions options);

    /// <summary>The delivery with what its records look like there.</summary>
    /// <param name="definition">The delivery without.</param>
    /// <param name="record">The delivery stream.</param>
    internal abstract DeliveryDefinition Form(DeliveryDefinition definition, DeliveryStreamRecord record);
}
