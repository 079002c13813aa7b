namespace EdgeStream.Analytics.Tests;

/// <summary>One rule of each kind that looks at how a number behaves.</summary>
internal static class BehaviourRules
{
    public static RateOfChangeRuleDefinition Rate() => new()
    {
        Name = "rate", Stream = "readings", Field = "value", Above = 6, Below = -12,
    };

    public static MissingRuleDefinition Missing() => new()
    {
        Name = "missing", Stream = "readings", Field = "value", For = TimeSpan.FromSeconds(80),
    };

    public static StuckRuleDefinition Stuck() => new()
    {
        Name = "stuck", Stream = "readings", Field = "value", For = TimeSpan.FromMinutes(1), Values = 20,
    };

    public static LevelShiftRuleDefinition LevelShift() => new()
    {
        Name = "shift", Stream = "readings", Field = "value",
    };

    public static DriftRuleDefinition Drift() => new()
    {
        Name = "drift", Stream = "readings", Field = "value", WindowSamples = 160,
    };

    public static DetectorRuleDefinition Detector() => new() { Name = "odd", Stream = "readings", Field = "value" };

    public static RuleDefinition Of(string kind) => kind switch
    {
        "rateOfChange" => Rate(),
        "missing" => Missing(),
        "stuck" => Stuck(),
        "levelShift" => LevelShift(),
        "drift" => Drift(),
        _ => Detector(),
    };
}
