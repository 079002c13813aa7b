namespace EdgeStream.Delivery;

/// <summary>What a delivery may use of the link to its destination.</summary>
public sealed record DeliveryLinkOptions
{
    /// <summary>Largest <see cref="BreakerFailures"/>.</summary>
    public const int BreakerFailuresMax = 1000;

    /// <summary>Smallest <see cref="BytesPerSecond"/>: 1 KiB.</summary>
    public const long BytesPerSecondMin = 1L << 10;

    /// <summary>Smallest <see cref="BytesPerMonth"/>: 1 MiB.</summary>
    public const long BytesPerMonthMin = 1L << 20;

    private const int WindowsMax = 32;

    /// <summary>After so many failed attempts in a row, over all shards, one shard alone tries until the destination
    /// takes something. 0 to 1,000; 0 lets every shard try by itself.</summary>
    public int BreakerFailures { get; init; } = 5;

    /// <summary>All shards together send no more than this in a second, headers and TLS included; null for as much as
    /// the link takes. 1 KiB at least.</summary>
    public long? BytesPerSecond { get; init; }

    /// <summary>What they may send and receive in a calendar month in UTC; null for as much as there is. 1 MiB at
    /// least.</summary>
    /// <remarks>No attempt begins whose object is larger than what is left. Exceeded by headers at most, by requests
    /// that need more than the object itself, and by one batch of each further shard.</remarks>
    public long? BytesPerMonth { get; init; }

    /// <summary>When attempts may begin, such as <c>22:00-06:00</c> and <c>sat-sun 00:00-24:00</c>; none for always.
    /// At most 32.</summary>
    /// <remarks>Records wait in the log meanwhile. An attempt under way ends as it would; no flush and no stop begins
    /// one outside.</remarks>
    public WindowList Windows { get; init; } = WindowList.Always;

    /// <summary>The IANA name of the zone whose clock they go by; null for the machine's.</summary>
    public string? TimeZone { get; init; }

    /// <summary>Everything that is out of range.</summary>
    public IReadOnlyList<DefinitionError> Validate()
    {
        var errors = new List<DefinitionError>();
        if (BreakerFailures is < 0 or > BreakerFailuresMax)
        {
            errors.Add(new(nameof(BreakerFailures),
                $"{BreakerFailures} is out of range: 0 (off) to {BreakerFailuresMax} are allowed."));
        }

        if (BytesPerSecond is < BytesPerSecondMin)
        {
            errors.Add(new(nameof(BytesPerSecond),
                $"{BytesPerSecond} is out of range: {BytesPerSecondMin} (1 KiB) or more are allowed."));
        }

        if (BytesPerMonth is < BytesPerMonthMin)
        {
            errors.Add(new(nameof(BytesPerMonth),
                $"{BytesPerMonth} is out of range: {BytesPerMonthMin} (1 MiB) or more are allowed."));
        }

        if (Windows.Count > WindowsMax)
        {
            errors.Add(new(nameof(Windows), $"has {Windows.Count} windows: {WindowsMax} are allowed."));
        }

        foreach (var window in Windows)
        {
            if (!LinkWindow.TryParse(window, out _))
            {
                errors.Add(new(nameof(Windows), $"has '{window}', which {LinkWindow.Allowed}."));
            }
        }

        if (TimeZone is not null && !TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out _))
        {
            errors.Add(new(nameof(TimeZone),
                $"'{TimeZone}' is no time zone of this machine: give an IANA name such as Europe/Berlin, and see that "
                + "the package tzdata is installed."));
        }

        return errors;
    }

    /// <summary>The zone of the windows.</summary>
    internal TimeZoneInfo ZoneOf(TimeProvider time) =>
        TimeZone is null ? time.LocalTimeZone : TimeZoneInfo.FindSystemTimeZoneById(TimeZone);
}
