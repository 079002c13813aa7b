using static EdgeStream.Gateway.Config.SchemaScalar;

namespace EdgeStream.Gateway.Config;

/// <summary>The keys of one alert rule; part of <see cref="ConfigKeys"/>.</summary>
internal static class RuleKeys
{
    public static readonly SchemaScalar Name = RequiredText("name",
        "The rule's name; its alerts are published on edgestream/alerts/<name>.", Names.Rule);
    public static readonly SchemaScalar Stream = Text("stream", StreamNames.Readings, "The stream to watch.", Names.Stream);
    public static readonly SchemaScalar Field = RequiredText("field",
        "The numeric field to watch; dots reach into nested objects.");
    public static readonly SchemaScalar Key = Text("key", null,
        "Watch only records with this partition key; a * at the end matches any rest. Default: all, each key by itself.");
    public static readonly SchemaScalar Severity = Choice("severity", "warning", "How bad it is.",
        "info", "warning", "critical");
    public static readonly SchemaScalar Above = Number("above", null, "Fires when the value is greater than this.");
    public static readonly SchemaScalar Below = Number("below", null, "Fires when the value is less than this.");
    public static readonly SchemaScalar Clear = Number("clear", null,
        "Resolves when the value is back at this, so that it does not flap. Default: the threshold itself.");
    public static readonly SchemaScalar For = Duration("for", "0", "0", "30d",
        "How long the condition must last before the alert fires.");
    public static readonly SchemaScalar Window = Integer("window", 120, 10, 100_000,
        "How many readings make the rolling mean and spread.");
    public static readonly SchemaScalar Deviations = Number("deviations", 4,
        "How many standard deviations from the mean are an anomaly.", 0.1, 1000);
    public static readonly SchemaSection Anomaly = new("anomaly",
        "Fires when the value is far from its own rolling mean, instead of above or below.", Window, Deviations);
    public static readonly SchemaList List = new("rules",
        "What raises an alert. A list here replaces the default rules; [] is none.",
        1000, Name, Stream, Field, Key, Severity, Above, Below, Clear, For, Anomaly);
}
