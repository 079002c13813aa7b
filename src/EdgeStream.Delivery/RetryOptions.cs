namespace EdgeStream.Delivery;

/// <summary>How long a delivery waits between attempts: exponential backoff with full jitter, for ever.</summary>
public sealed record RetryOptions
{
    private static readonly TimeSpan DelayMin = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan DelayMax = TimeSpan.FromHours(1);

    /// <summary>The first attempt after a failure comes within this. 10 ms to 1 h.</summary>
    public TimeSpan BaseDelay { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>No attempt comes later than this, unless the destination itself asks for more. 10 ms to 1 h.</summary>
    public TimeSpan CapDelay { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>No attempt of the live lane of a live-first delivery comes later than this while nothing gets through,
    /// unless the destination itself asks for more, or refuses. 10 ms to 1 h.</summary>
    public TimeSpan ProbeCapDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The same with a lower cap, if it is one.</summary>
    internal RetryOptions CappedAt(TimeSpan cap) => cap < CapDelay ? this with { CapDelay = cap } : this;

    /// <summary>Everything that is out of range.</summary>
    public IReadOnlyList<DefinitionError> Validate()
    {
        var errors = new List<DefinitionError>();
        AddRangeError(errors, nameof(BaseDelay), BaseDelay);
        AddRangeError(errors, nameof(CapDelay), CapDelay);
        AddRangeError(errors, nameof(ProbeCapDelay), ProbeCapDelay);
        if (errors.Count == 0 && CapDelay < BaseDelay)
        {
            errors.Add(new(nameof(CapDelay), $"{CapDelay} is shorter than {nameof(BaseDelay)} {BaseDelay}."));
        }

        return errors;
    }

    private static void AddRangeError(List<DefinitionError> errors, string member, TimeSpan delay)
    {
        if (delay < DelayMin || delay > DelayMax)
        {
            errors.Add(new(member, $"{delay} is out of range: 10 ms to 1 h are allowed."));
        }
    }
}
