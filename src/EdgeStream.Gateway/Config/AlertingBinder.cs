using EdgeStream.Analytics;
using EdgeStream.Delivery;

namespace EdgeStream.Gateway.Config;

/// <summary>Makes what is done about alerts, and checks what rules and actions say of each other.</summary>
internal sealed class AlertingBinder(ConfigReader reader, StreamReferences names, LinkBinder links)
{
    /// <summary>One and the same, so that configurations without actions are equal.</summary>
    private static readonly IReadOnlyList<AlertActionConfig> NoActions = [];

    private static readonly string[] GroupWords = ["rule", "key", "severity"];

    /// <summary>Binds the section.</summary>
    public AlertingConfig Bind(ConfigValues root, IReadOnlyList<RuleDefinition> rules)
    {
        var alerting = root.Section(AlertingKeys.Section);
        var flapping = alerting.Section(AlertingKeys.Flapping);
        var choices = ChoicesOf(root);
        var actions = BindActions(alerting, rules, choices);
        CheckChoices(root, actions);
        return new AlertingConfig
        {
            GroupBy = BindGroupBy(alerting),
            GroupWait = alerting.Duration(AlertingKeys.GroupWait),
            Repeat = alerting.Duration(AlertingKeys.Repeat),
            DashboardUrl = alerting.Text(AlertingKeys.DashboardUrl),
            Flapping = new FlapOptions(
                FlapChangesOf(flapping), flapping.Duration(AlertingKeys.FlapWindow)),
            Actions = actions.Count == 0 ? NoActions : actions,
        };
    }

    private int FlapChangesOf(ConfigValues flapping)
    {
        var changes = flapping.Integer(AlertingKeys.FlapChanges);
        if (changes == 1)
        {
            reader.Report(flapping.At(AlertingKeys.FlapChanges),
                "'changes' cannot be 1, with which every alert would flap; allowed: 2 to 100, or 0 for never");
        }

        return changes;
    }

    private string BindGroupBy(ConfigValues alerting)
    {
        var groupBy = alerting.Has(AlertingKeys.GroupBy) ? alerting.Texts(AlertingKeys.GroupBy) : ["rule"];
        foreach (var name in groupBy)
        {
            if (!GroupWords.Contains(name, StringComparer.Ordinal) && !LabelSet.IsName(name))
            {
                reader.Report(alerting.At(AlertingKeys.GroupBy),
                    $"'groupBy' cannot be '{name}'; allowed: rule, key, severity, or the name of a label");
            }
        }

        return string.Join('\n', groupBy);
    }

    /// <summary>The rules that name their actions, with these.</summary>
    private static Dictionary<string, string[]> ChoicesOf(ConfigValues root)
    {
        var choices = new Dictionary<string, string[]>(StringComparer.Ordinal);
        foreach (var item in root.List(RuleKeys.List) ?? [])
        {
            if (item.Has(RuleKeys.Actions))
            {
                choices[item.Text(RuleKeys.Name)] = item.Texts(RuleKeys.Actions);
            }
        }

        return choices;
    }

    private void CheckChoices(ConfigValues root, List<AlertActionConfig> actions)
    {
        var known = actions.ConvertAll(action => action.Name);
        foreach (var item in root.List(RuleKeys.List) ?? [])
        {
            foreach (var name in item.Texts(RuleKeys.Actions))
            {
                if (!known.Contains(name))
                {
                    var meant = DidYouMean.Suggest(name, known) is { } word ? $"; did you mean '{word}'?" : "";
                    var list = known.Count == 0 ? "none" : string.Join(", ", known);
                    reader.Report(item.At(RuleKeys.Actions),
                        $"there is no action '{name}'{meant} (actions: {list}; more go under 'alerting.actions')");
                }
            }
        }
    }

    private List<AlertActionConfig> BindActions(
        ConfigValues alerting, IReadOnlyList<RuleDefinition> rules, Dictionary<string, string[]> choices)
    {
        var actions = new List<AlertActionConfig>();
        var seen = new UniqueNames(reader, "action");
        foreach (var item in alerting.List(AlertingKeys.Actions) ?? [])
        {
            var name = item.Text(AlertingKeys.Name);
            if (!seen.Add(item, AlertingKeys.Name) || BindTarget(item) is not { } target)
            {
                continue;
            }

            var others = choices.Where(choice => !choice.Value.Contains(name, StringComparer.Ordinal))
                .Select(choice => choice.Key).Order(StringComparer.Ordinal);
            var labels = new LabelSet(item.Map(AlertingKeys.Labels));
            if (labels.FindProblem() is { } problem)
            {
                reader.Report(item.At(AlertingKeys.Labels), $"'labels': {problem}");
            }

            var action = new AlertActionConfig(
                name, string.Join('\n', item.Texts(AlertingKeys.Rules)), string.Join('\n', others),
                AlertJson.SeverityOf(item.Text(AlertingKeys.Severity)), labels,
                item.Duration(AlertingKeys.GiveUpAfter), target);
            actions.Add(action);
            CheckRules(item, action, rules);
        }

        return actions;
    }

    private void CheckRules(ConfigValues item, AlertActionConfig action, IReadOnlyList<RuleDefinition> rules)
    {
        foreach (var pattern in item.Texts(AlertingKeys.Rules))
        {
            if (!rules.Any(rule => TextPattern.Matches(pattern, rule.Name)))
            {
                reader.Warn(item.At(AlertingKeys.Rules), $"no rule is called '{pattern}'");
            }
        }

        if (action.Target is AlertActionTarget.ToStream target
            && rules.FirstOrDefault(rule => rule.Stream == target.Name) is { } watching)
        {
            reader.Warn(item.At(AlertingKeys.Stream), $"the rule '{watching.Name}' watches the stream '{target.Name}' "
                + "that this action appends alerts to: if it fires on them, alerts go round for ever");
        }
    }

    private AlertActionTarget? BindTarget(ConfigValues item)
    {
        var kinds = AlertingKeys.Kinds.Where(item.Has).ToArray();
        if (kinds.Length != 1)
        {
            reader.Report(item.Location,
                $"the action '{item.Text(AlertingKeys.Name)}' needs exactly one of stream, mqtt, webhook, exec and "
                    + "gpio");
            return null;
        }

        var values = item.Section(kinds[0]);
        return kinds[0] == AlertingKeys.Stream ? BindStream(values)
            : kinds[0] == AlertingKeys.Mqtt ? new AlertActionTarget.ToMqtt(
                values.Text(AlertingKeys.Topic), values.Integer(AlertingKeys.Qos), values.Boolean(AlertingKeys.Retain))
            : kinds[0] == AlertingKeys.Webhook ? BindWebhook(values)
            : kinds[0] == AlertingKeys.Exec ? new AlertActionTarget.ToCommand(
                string.Join('\n', [values.Text(AlertingKeys.Command), .. values.Texts(AlertingKeys.Arguments)]),
                values.Duration(AlertingKeys.Timeout))
            : new AlertActionTarget.ToGpio(
                values.Text(AlertingKeys.Chip), values.Integer(AlertingKeys.Line),
                values.Boolean(AlertingKeys.ActiveLow), values.Boolean(AlertingKeys.UntilAcknowledged));
    }

    private AlertActionTarget.ToStream BindStream(ConfigValues values)
    {
        var name = names.Check(values, AlertingKeys.StreamName);
        if (name == StreamNames.Alerts)
        {
            reader.Report(values.At(AlertingKeys.StreamName),
                "an action cannot append to the stream 'alerts' that it reads; configure another stream");
        }

        return new AlertActionTarget.ToStream(name);
    }

    private AlertActionTarget.ToWebhook BindWebhook(ConfigValues values)
    {
        var link = new ServerBinder(reader, links).BindLink(values) with
        {
            TimeoutSeconds = Math.Max(1, (int)values.Duration(AlertingKeys.Timeout).TotalSeconds),
        };
        foreach (var error in HttpPoster.Validate(link))
        {
            var key = values.Schema.Children.FirstOrDefault(
                child => string.Equals(child.Name, error.Member, StringComparison.OrdinalIgnoreCase));
            reader.Report(key is null ? values.Location : values.At(key), $"'{error.Member}' {error.Message}");
        }

        return new AlertActionTarget.ToWebhook(link);
    }
}
