namespace EdgeStream.Gateway.Config;

/// <summary>Makes the rules and checks that each says exactly one thing.</summary>
internal sealed class RuleBinder(ConfigReader reader, StreamReferences names)
{
    /// <summary>The file's rules or the default ones, and those of the simulated sensors when <paramref name="isDemo"/>.</summary>
    public IReadOnlyList<RuleConfig> Bind(ConfigValues root, bool isDemo)
    {
        var rules = new List<RuleConfig>();
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
            rules.AddRange(DemoRules.All.Where(demo => !rules.Any(rule => rule.Name == demo.Name)));
        }

        return rules;
    }

    private RuleConfig BindRule(ConfigValues item)
    {
        var rule = new RuleConfig
        {
            Name = item.Text(RuleKeys.Name),
            Stream = names.Check(item, RuleKeys.Stream),
            Field = item.Text(RuleKeys.Field),
            Key = item.TextOrNull(RuleKeys.Key),
            Severity = item.Text(RuleKeys.Severity),
            Above = item.Number(RuleKeys.Above),
            Below = item.Number(RuleKeys.Below),
            Clear = item.Number(RuleKeys.Clear),
            For = item.Duration(RuleKeys.For),
            Anomaly = item.Has(RuleKeys.Anomaly) ? BindAnomaly(item.Section(RuleKeys.Anomaly)) : null,
        };
        Check(item, rule);
        return rule;
    }

    private static AnomalyConfig BindAnomaly(ConfigValues values) =>
        new(values.Integer(RuleKeys.Window), values.Number(RuleKeys.Deviations) ?? 0);

    private void Check(ConfigValues item, RuleConfig rule)
    {
        var conditions = (rule.Above is null ? 0 : 1) + (rule.Below is null ? 0 : 1) + (rule.Anomaly is null ? 0 : 1);
        if (conditions != 1)
        {
            reader.Report(item.Location, $"the rule '{rule.Name}' needs exactly one of 'above', 'below' and 'anomaly'");
        }

        if (rule.Stream == StreamNames.Alerts)
        {
            reader.Report(item.At(RuleKeys.Stream), "a rule cannot watch 'alerts': it would feed on its own output");
        }

        if (rule.Clear is not { } clear)
        {
            return;
        }

        if (rule.Anomaly is not null)
        {
            reader.Report(item.At(RuleKeys.Clear), "'clear' belongs to 'above' and 'below', not to 'anomaly'");
        }
        else if (clear > rule.Above)
        {
            reader.Report(item.At(RuleKeys.Clear), "'clear' must not be greater than 'above'");
        }
        else if (clear < rule.Below)
        {
            reader.Report(item.At(RuleKeys.Clear), "'clear' must not be less than 'below'");
        }
    }
}
