namespace EdgeStream.Storage;

/// <summary>A durability and, for <see cref="DurabilityKind.Interval"/>, its interval.</summary>
/// <param name="Kind">What an acknowledgement means.</param>
/// <param name="IntervalMs">
/// The longest time between two syncs in milliseconds, 1 to 3,600,000; 0 for the other kinds.
/// </param>
public readonly record struct Durability(DurabilityKind Kind, int IntervalMs)
{
    private const int IntervalMsMax = 60 * 60 * 1000;

    /// <summary>Synced before acknowledged: the default.</summary>
    public static readonly Durability Fsync = new(DurabilityKind.Fsync, 0);

    /// <summary>Acknowledged once the kernel has it.</summary>
    public static readonly Durability OperatingSystem = new(DurabilityKind.OperatingSystem, 0);

    /// <summary>Reads <c>fsync</c>, <c>interval:&lt;ms&gt;</c> or <c>os</c>, the words of the configuration.</summary>
    public static bool TryParse(string text, out Durability durability)
    {
        durability = Fsync;
        if (text == "fsync")
        {
            return true;
        }

        if (text == "os")
        {
            durability = OperatingSystem;
            return true;
        }

        if (text.StartsWith("interval:", StringComparison.Ordinal)
            && int.TryParse(text.AsSpan("interval:".Length), out var intervalMs)
            && intervalMs is > 0 and <= IntervalMsMax)
        {
            durability = new Durability(DurabilityKind.Interval, intervalMs);
            return true;
        }

        return false;
    }

    /// <summary>The words that <see cref="TryParse"/> reads.</summary>
    public override string ToString() => Kind switch
    {
        DurabilityKind.Interval => $"interval:{IntervalMs}",
        DurabilityKind.OperatingSystem => "os",
        _ => "fsync",
    };
}
