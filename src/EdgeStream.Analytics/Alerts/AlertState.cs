namespace EdgeStream.Analytics;

/// <summary>Whether an alert still stands; alert records spell it in lower case.</summary>
public enum AlertState
{
    /// <summary>The condition holds.</summary>
    Firing = 0,

    /// <summary>The condition is over.</summary>
    Resolved = 1,
}
