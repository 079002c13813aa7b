using EdgeStream.Analytics;
using EdgeStream.Devices;

namespace EdgeStream.Gateway.Config;

/// <summary>The rules that <c>--demo</c> adds, for the simulated sensors with something to say.</summary>
internal static class DemoRules
{
    /// <summary>Every demo rule.</summary>
    public static readonly IReadOnlyList<RuleDefinition> All =
    [
        new ThresholdRuleDefinition
        {
            Name = "demo-pump-vibration", Stream = StreamNames.Readings, Where = Only("pump"),
            Field = "vibration_mm_per_second", Above = 7, Hysteresis = 2, For = TimeSpan.FromSeconds(3),
            Severity = RuleSeverity.Critical,
        },
        new AnomalyRuleDefinition
        {
            Name = "demo-pump-unusual", Stream = StreamNames.Readings, Where = Only("pump"),
            Field = "vibration_mm_per_second", WindowSamples = 120, Deviations = 6, Severity = RuleSeverity.Info,
        },
        new ThresholdRuleDefinition
        {
            Name = "demo-tank-low", Stream = StreamNames.Readings, Where = Only("tank"),
            Field = "level_percent", Below = 25, Hysteresis = 15,
        },
        new ThresholdRuleDefinition
        {
            Name = "demo-door-open", Stream = StreamNames.Readings, Where = Only("door"),
            Field = "open", Above = 0.5, For = TimeSpan.FromSeconds(5), Severity = RuleSeverity.Info,
        },
        new ThresholdRuleDefinition
        {
            Name = "demo-greenhouse-hot", Stream = StreamNames.Readings, Where = Only("greenhouse"),
            Field = "temperature_celsius", Above = 26, Hysteresis = 1, For = TimeSpan.FromSeconds(10),
        },
    ];

    private static string Only(string device) => $"PARTITION_KEY = '{SimulatedSource.KeyPrefix}{device}'";
}
