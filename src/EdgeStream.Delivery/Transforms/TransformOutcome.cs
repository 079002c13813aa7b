namespace EdgeStream.Delivery;

/// <summary>What a transform says of a record.</summary>
internal enum TransformOutcome
{
    /// <summary>It goes out, as it was made.</summary>
    Ok,

    /// <summary>It does not go out, as it should be.</summary>
    Dropped,

    /// <summary>It cannot be transformed and belongs into the error output.</summary>
    Failed,
}
