namespace EdgeStream.Gateway.Config;

/// <summary>The rules that <c>--demo</c> adds, one for each simulated sensor with something to say.</summary>
internal static class DemoRules
{
    private const string KeyPrefix = "simulated/";

    /// <summary>Every demo rule.</summary>
    public static readonly IReadOnlyList<RuleConfig> All =
    [
        new()
        {
            Name = "demo-pump-vibration", Stream = StreamNames.Readings, Key = KeyPrefix + "pump",
            Field = "vibration_mm_per_second", Above = 7, Clear = 4.5, For = TimeSpan.FromSeconds(3), Severity = "critical",
        },
        new()
        {
            Name = "demo-pump-unusual", Stream = StreamNames.Readings, Key = KeyPrefix + "pump",
            Field = "motor_temperature_celsius", Severity = "info", Anomaly = new AnomalyConfig(Window: 120, Deviations: 6),
        },
        new()
        {
            Name = "demo-tank-low", Stream = StreamNames.Readings, Key = KeyPrefix + "tank",
            Field = "level_percent", Below = 25, Clear = 40,
        },
        new()
        {
            Name = "demo-door-open", Stream = StreamNames.Readings, Key = KeyPrefix + "door",
            Field = "open", Above = 0.5, For = TimeSpan.FromSeconds(5), Severity = "info",
        },
        new()
        {
            Name = "demo-greenhouse-hot", Stream = StreamNames.Readings, Key = KeyPrefix + "greenhouse",
            Field = "temperature_celsius", Above = 26, Clear = 25, For = TimeSpan.FromSeconds(10),
        },
    ];
}
