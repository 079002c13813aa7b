namespace EdgeStream.Analytics;

/// <summary>How much an alert matters; configuration and alerts spell it in lower case.</summary>
public enum RuleSeverity
{
    /// <summary>Worth knowing.</summary>
    Info = 0,

    /// <summary>Someone should look at it soon.</summary>
    Warning = 1,

    /// <summary>Someone must act now.</summary>
    Critical = 2,
}
