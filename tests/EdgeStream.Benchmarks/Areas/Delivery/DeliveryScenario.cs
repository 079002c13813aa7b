namespace EdgeStream.Benchmarks.Areas.Delivery;

/// <summary>One way in which the backlog goes out.</summary>
/// <param name="Name">What the table calls it.</param>
/// <param name="Settings">Keys of the delivery.</param>
/// <param name="IsCompressed">Whether the sender's work is the compressor's more than its own.</param>
internal sealed record DeliveryScenario(string Name, string Settings, bool IsCompressed)
{
    /// <summary>JSON Lines as they are: what plain copies are compared with.</summary>
    public static DeliveryScenario Plain { get; } =
        new("JSON Lines to S3", "compression: none", IsCompressed: false);

    /// <summary>JSON Lines, compressed.</summary>
    public static DeliveryScenario Gzip { get; } =
        new("gzip JSON Lines to S3", "compression: gzip", IsCompressed: true);

    /// <summary>All, in the order of the table.</summary>
    public static IReadOnlyList<DeliveryScenario> All { get; } = [Plain, Gzip];
}
