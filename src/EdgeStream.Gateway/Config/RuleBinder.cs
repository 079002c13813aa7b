using System.Globalization;
using EdgeStream.Analytics;

namespace EdgeStream.Gateway.Config;

/// <summary>Makes the rules; what a member may hold is the business of the room that evaluates them.</summary>
internal sealed class RuleBinder(ConfigReader reader, StreamReferences names)
{
    /// <summary>The file's rules or the default ones, and those of the simulated sensors when
    /// <paramref name="isDemo"/>.</summary>
    public IReadOnlyList<RuleDefinition> Bind(ConfigValues root, bool isDemo)
    {
        var rules = new List<RuleDefinition>();
        if (root.List(RuleKeys.List) is { } items)
        {
            var seen = new UniqueNames(reader, "rule");
            foreach (var item in items)
            {
                if (seen.Add(item, RuleKeys.Name))
                {
                    rules.Add(BindRule(item));
                }
            }
        }
        else
        {
            rules.AddRange(DefaultConfig.Rules);
        }

        if (isDemo)
        {
            rules.AddRange(DemoRules.All.Where(demo => !rules.Exists(rule => rule.Name == demo.Name)));
        }

        return rules;
    }

    private RuleDefinition BindRule(ConfigValues item)
    {
        var isAnomaly = item.Has(RuleKeys.Anomaly);
        var isThreshold = item.Has(RuleKeys.Above) || item.Has(RuleKeys.Below);
        var sections = Array.FindAll(DetectorRuleKeys.All, item.Has);
        var isOne = sections.Length + (isAnomaly ? 1 : 0) + (isThreshold ? 1 : 0) == 1;
        if (!isOne)
        {
            reader.Report(item.Location,
                $"the rule '{item.Text(RuleKeys.Name)}' needs either 'above' and 'below', one or both, or 'anomaly', "
                    + $"or one of {string.Join(", ", DetectorRuleKeys.All.Select(section => $"'{section.Name}'"))}");
        }

        RuleDefinition rule = isAnomaly ? BindAnomaly(item)
            : sections is [var section, ..] ? BindDetector(item, section)
            : BindThreshold(item);
        rule = WithTime(item, rule) with
        {
            Where = item.TextOrNull(RuleKeys.Where),
            Message = item.TextOrNull(RuleKeys.Message),
            ResolvedMessage = item.TextOrNull(RuleKeys.ResolvedMessage),
            Labels = item.Has(RuleKeys.Labels) ? new LabelSet(item.Map(RuleKeys.Labels)) : LabelSet.None,
            Severity = item.Text(RuleKeys.Severity) switch
            {
                "info" => RuleSeverity.Info,
                "critical" => RuleSeverity.Critical,
                _ => RuleSeverity.Warning,
            },
        };
        if (isOne)
        {
            Report(item, rule.Validate());
        }

        return rule;
    }

    private ThresholdRuleDefinition BindThreshold(ConfigValues item) => new()
    {
        Name = item.Text(RuleKeys.Name),
        Stream = names.Check(item, RuleKeys.Stream),
        Field = item.Text(RuleKeys.Field),
        Above = item.Number(RuleKeys.Above),
        Below = item.Number(RuleKeys.Below),
        Hysteresis = item.Number(RuleKeys.Hysteresis) ?? 0,
    };

    private RuleDefinition BindDetector(ConfigValues item, SchemaSection section)
    {
        if (section != DetectorRuleKeys.Range)
        {
            Refuse(item, RuleKeys.Hysteresis, section.Name);
        }

        return new DetectorRuleBinder(reader).Bind(
            item, section, item.Text(RuleKeys.Name), names.Check(item, RuleKeys.Stream), item.Text(RuleKeys.Field));
    }

    private void Refuse(ConfigValues item, SchemaScalar key, string section)
    {
        if (item.Has(key))
        {
            reader.Report(item.At(key), $"'{key.Name}' belongs to 'above' and 'below', not to '{section}'");
        }
    }

    private RuleDefinition WithTime(ConfigValues item, RuleDefinition rule)
    {
        if (rule is HeldRuleDefinition held)
        {
            return held with { For = item.Duration(RuleKeys.For) };
        }

        if (item.Has(RuleKeys.For))
        {
            reader.Report(
                item.At(RuleKeys.For), $"'{rule.Kind}' has a time of its own: write 'for' within '{rule.Kind}'");
        }

        return rule;
    }

    private RuleDefinition BindAnomaly(ConfigValues item)
    {
        Refuse(item, RuleKeys.Hysteresis, RuleKeys.Anomaly.Name);
        var anomaly = item.Section(RuleKeys.Anomaly);
        if (anomaly.Text(RuleKeys.Method) == "default")
        {
            return new DetectorRuleBinder(reader).BindDefault(
                anomaly, item.Text(RuleKeys.Name), names.Check(item, RuleKeys.Stream), item.Text(RuleKeys.Field));
        }

        var window = anomaly.Text(RuleKeys.Window);
        var isCount = int.TryParse(window, NumberStyles.None, CultureInfo.InvariantCulture, out var count);
        int? samples = isCount ? count : null;
        TimeSpan? duration = samples is null && DurationText.TryParse(window, out var time) ? time : null;
        if (samples is null && duration is null)
        {
            reader.Report(anomaly.At(RuleKeys.Window),
                $"'window' cannot be '{window}'; allowed: a count of values, or {DurationText.Allowed}");
        }

        return new AnomalyRuleDefinition
        {
            Name = item.Text(RuleKeys.Name),
            Stream = names.Check(item, RuleKeys.Stream),
            Field = item.Text(RuleKeys.Field),
            WindowSamples = samples,
            WindowDuration = duration,
            Deviations = anomaly.Number(RuleKeys.Deviations) ?? 0,
            MinimumSamples = anomaly.Integer(RuleKeys.MinimumSamples),
            MinimumDeviation = anomaly.Number(RuleKeys.MinimumDeviation) ?? 0,
            ResolveAfter = anomaly.Integer(RuleKeys.ResolveAfter),
        };
    }

    private void Report(ConfigValues item, IReadOnlyList<RuleDefinitionError> errors)
    {
        foreach (var error in errors)
        {
            var location = item.Schema.Find(error.Member) is { } key ? item.At(key) : WithinSection(item, error.Member);
            reader.Report(location, $"'{error.Member}': {error.Message.ReplaceLineEndings(" ")}");
        }
    }

    private static ConfigLocation WithinSection(ConfigValues item, string member)
    {
        foreach (var section in (SchemaSection[])[RuleKeys.Anomaly, .. DetectorRuleKeys.All])
        {
            if (item.Has(section) && section.Find(member) is { } key)
            {
                return item.Section(section).At(key);
            }
        }

        return item.Location;
    }
}
