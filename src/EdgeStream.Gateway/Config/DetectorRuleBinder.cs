using System.Globalization;
using EdgeStream.Analytics;

namespace EdgeStream.Gateway.Config;

/// <summary>Makes the rules that look at how a number behaves.</summary>
internal sealed class DetectorRuleBinder(ConfigReader reader)
{
    /// <summary>Makes the rule of a section, with the name, stream and field that every rule has.</summary>
    public RuleDefinition Bind(ConfigValues item, SchemaSection section, string name, string stream, string field)
    {
        var values = item.Section(section);
        if (section == DetectorRuleKeys.Range)
        {
            return new ThresholdRuleDefinition
            {
                Name = name,
                Stream = stream,
                Field = field,
                Above = values.Number(DetectorRuleKeys.High),
                Below = values.Number(DetectorRuleKeys.Low),
                Hysteresis = item.Number(RuleKeys.Hysteresis) ?? 0,
            };
        }

        return section.Name switch
        {
            "rateOfChange" => RateOfChange(values, name, stream, field),
            "missing" => new MissingRuleDefinition
            {
                Name = name, Stream = stream, Field = field, For = values.Duration(DetectorRuleKeys.MissingFor),
            },
            "stuck" => Stuck(values, name, stream, field),
            "levelShift" => new LevelShiftRuleDefinition
            {
                Name = name,
                Stream = stream,
                Field = field,
                Window = values.Integer(DetectorRuleKeys.ShiftWindow),
                Baseline = values.Integer(DetectorRuleKeys.Baseline),
                Deviations = values.Number(DetectorRuleKeys.ShiftDeviations) ?? 0,
                MinimumDeviation = values.Number(DetectorRuleKeys.ShiftMinimum) ?? 0,
            },
            _ => Drift(values, name, stream, field),
        };
    }

    /// <summary>Makes the rule of <c>anomaly</c> with the default method.</summary>
    public DetectorRuleDefinition BindDefault(ConfigValues anomaly, string name, string stream, string field)
    {
        SchemaScalar[] others =
            [RuleKeys.Window, RuleKeys.Deviations, RuleKeys.MinimumSamples, RuleKeys.MinimumDeviation];
        foreach (var key in others)
        {
            if (anomaly.Has(key))
            {
                reader.Report(anomaly.At(key), $"'{key.Name}' belongs to method rolling-mean, not to default");
            }
        }

        return new DetectorRuleDefinition
        {
            Name = name, Stream = stream, Field = field, ResolveAfter = anomaly.Integer(RuleKeys.ResolveAfter),
        };
    }

    private static RateOfChangeRuleDefinition RateOfChange(
        ConfigValues values, string name, string stream, string field) => new()
        {
            Name = name,
            Stream = stream,
            Field = field,
            Above = values.Number(DetectorRuleKeys.RateAbove),
            Below = values.Number(DetectorRuleKeys.RateBelow),
            Per = values.Text(DetectorRuleKeys.Per) switch
            {
                "second" => TimeSpan.FromSeconds(1),
                "hour" => TimeSpan.FromHours(1),
                "day" => TimeSpan.FromDays(1),
                _ => TimeSpan.FromMinutes(1),
            },
            Over = values.Duration(DetectorRuleKeys.Over),
            ResolveAfter = values.Integer(DetectorRuleKeys.RateResolveAfter),
        };

    private static StuckRuleDefinition Stuck(ConfigValues values, string name, string stream, string field) => new()
    {
        Name = name,
        Stream = stream,
        Field = field,
        For = values.Has(DetectorRuleKeys.StuckFor) ? values.Duration(DetectorRuleKeys.StuckFor) : null,
        Values = values.Has(DetectorRuleKeys.Values) ? values.Integer(DetectorRuleKeys.Values) : null,
        Tolerance = values.Number(DetectorRuleKeys.Tolerance) ?? 0,
    };

    private DriftRuleDefinition Drift(ConfigValues values, string name, string stream, string field)
    {
        var window = values.Text(DetectorRuleKeys.DriftWindow);
        int? samples = int.TryParse(window, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            ? count
            : null;
        TimeSpan? duration = samples is null && DurationText.TryParse(window, out var time) ? time : null;
        if (samples is null && duration is null)
        {
            reader.Report(values.At(DetectorRuleKeys.DriftWindow),
                $"'window' cannot be '{window}'; allowed: a count of values, or {DurationText.Allowed}");
        }

        return new DriftRuleDefinition
        {
            Name = name,
            Stream = stream,
            Field = field,
            WindowSamples = samples,
            WindowDuration = samples is null ? duration ?? TimeSpan.FromDays(8) : null,
            Deviations = values.Number(DetectorRuleKeys.DriftDeviations) ?? 0,
            MinimumDeviation = values.Number(DetectorRuleKeys.DriftMinimum) ?? 0,
        };
    }
}
