namespace EdgeStream.Analytics;

/// <summary>When an alert flaps: so many changes within so long a time.</summary>
/// <param name="Changes">How many times an alert of one rule and key fires or resolves; 2 to 100, or 0 for
/// never.</param>
/// <param name="Window">Within which time; one second to a day.</param>
public sealed record FlapOptions(int Changes, TimeSpan Window)
{
    /// <summary>Most changes that may be asked for.</summary>
    public const int ChangesMax = 100;

    /// <summary>Six changes in ten minutes.</summary>
    public static readonly FlapOptions Default = new(6, TimeSpan.FromMinutes(10));

    /// <summary>Nothing ever flaps.</summary>
    public static readonly FlapOptions Off = new(0, TimeSpan.FromMinutes(10));
}
