using EdgeStream.Analytics;
using static EdgeStream.Gateway.Config.SchemaScalar;

namespace EdgeStream.Gateway.Config;

/// <summary>The keys of one alert rule; part of <see cref="ConfigKeys"/>.</summary>
internal static class RuleKeys
{
    public static readonly SchemaScalar Name = RequiredText("name",
        "The rule's name; its alerts are published on edgestream/alerts/<name>.");
    public static readonly SchemaScalar Stream = Text("stream", StreamNames.Readings, "The stream to watch.");
    public static readonly SchemaScalar Field = RequiredText("field",
        "The number to watch, such as temperature or motor.rpm. Every partition key is watched by itself.");
    public static readonly SchemaScalar Where = Text("where", null,
        "An SQL condition that selects the records to watch, such as PARTITION_KEY = 'pump-1' AND rpm > 0. "
            + "Default: all.");
    public static readonly SchemaScalar Severity = Choice("severity", "warning", "How much it matters.",
        "info", "warning", "critical");
    public static readonly SchemaScalar Message = Text("message", null,
        "The alert's text, with {rule}, {stream}, {severity}, {key}, {field}, {value}, {threshold}, {duration}, "
            + "{explanation} and {labels.<name>}. Default: a plain sentence.");
    public static readonly SchemaScalar ResolvedMessage = Text("resolvedMessage", null,
        "The text when it is over, the same way; {duration} is how long it stood. Default: a plain sentence.");
    public static readonly SchemaMap Labels = new("labels",
        "Names and texts that its alerts carry, for actions and silences to go by.", LabelSet.CountMax);
    public static readonly SchemaScalar Actions = Texts("actions",
        "The actions that act on its alerts, as far as they take them. Default: every one that takes them.");
    public static readonly SchemaScalar Above = Number("above", null, "Fires when the value is greater than this.");
    public static readonly SchemaScalar Below = Number("below", null, "Fires when the value is less than this.");
    public static readonly SchemaScalar Hysteresis = Number("hysteresis", 0,
        "How far inside the bound the value must come back to resolve the alert, so that it does not flap.",
        0, double.MaxValue);
    public static readonly SchemaScalar For = Duration("for", "0", "0", "30d",
        "How long the condition must hold before the alert fires; until then it is pending. 'missing' and 'stuck' have "
            + "a time of their own, and an anomaly of the default method has none.");

    public static readonly SchemaScalar Window = Text("window", "120",
        "What is usual: a count of values (8 to 1000000) or a duration (1s to 30d) to take mean and spread of.");
    public static readonly SchemaScalar Deviations = Number("deviations", 4,
        "How many standard deviations from the mean are still usual.", 0, 1000);
    public static readonly SchemaScalar MinimumSamples = Integer("minimumSamples", 30, 2, 1_000_000,
        "How many values must be known before any is judged.");
    public static readonly SchemaScalar MinimumDeviation = Number("minimumDeviation", 0,
        "The standard deviation is taken to be at least this, so that a steady signal may move a little.",
        0, double.MaxValue);
    public static readonly SchemaScalar ResolveAfter = Integer("resolveAfter", 3, 1, 1000,
        "How many usual values in a row resolve the alert.");
    public static readonly SchemaScalar Method = Choice("method", "rolling-mean",
        "How unusual is measured: rolling-mean has the keys below; default learns level, spread, days and weeks of "
            + "each key by itself and has only resolveAfter.",
        "rolling-mean", "default");
    public static readonly SchemaSection Anomaly = new("anomaly",
        "Fires when the value is far from what the same key reported lately, instead of above or below a bound.",
        Method, Window, Deviations, MinimumSamples, MinimumDeviation, ResolveAfter);

    public static readonly SchemaList List = new("rules",
        "What raises an alert. A list here replaces the default rules; [] is none.",
        1000, Name, Stream, Field, Where, Severity, Labels, Message, ResolvedMessage, Actions, Above, Below, Hysteresis,
        For, Anomaly,
        DetectorRuleKeys.Range, DetectorRuleKeys.RateOfChange, DetectorRuleKeys.Missing, DetectorRuleKeys.Stuck,
        DetectorRuleKeys.LevelShift, DetectorRuleKeys.Drift);
}
