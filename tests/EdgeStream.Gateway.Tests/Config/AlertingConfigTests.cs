using EdgeStream.Analytics;
using EdgeStream.Gateway.Config;

namespace EdgeStream.Gateway.Tests.Config;

/// <summary>What is done about alerts, and what rules say about it.</summary>
public sealed class AlertingConfigTests
{
    private const string Rule = "rules:\n  - name: hot\n    field: t\n    above: 30\n";

    [Fact]
    public void Rules_have_labels_and_texts_and_actions_know_which_rules_chose_others()
    {
        var config = ConfigText.Parse(Rule + """
                labels: {site: north, team: "${SECRET}"}
                message: "{key} at {labels.site}"
                resolvedMessage: "over after {duration}"
                actions: [page]
              - {name: cold, field: t, below: 0, actions: []}
            alerting:
              groupBy: [rule, site]
              flapping: {changes: 0}
              actions:
                - {name: page, exec: {command: /bin/page, arguments: [a, b c]}, rules: ho*, labels: {site: n*}}
                - {name: horn, gpio: {line: 4, untilAcknowledged: true}, severity: critical}
            """);
        Assert.Equal(new LabelSet([new("site", "north"), new("team", "s3cret")]), config.Rules[0].Labels);
        Assert.Equal("over after {duration}", config.Rules[0].ResolvedMessage);
        Assert.Equal(("rule\nsite", 0), (config.Alerting.GroupBy, config.Alerting.Flapping.Changes));
        var page = config.Alerting.Actions[0];
        Assert.Equal(("ho*", "cold", "/bin/page\na\nb c"), (
            page.Rules, page.OtherRules, ((AlertActionTarget.ToCommand)page.Target).Lines));
        var horn = config.Alerting.Actions[1];
        Assert.Equal(("cold\nhot", RuleSeverity.Critical), (horn.OtherRules, horn.Severity));
        Assert.Equal(new AlertActionTarget.ToGpio("/dev/gpiochip0", 4, false, true), horn.Target);
        Assert.True(config.Alerting.IsSame(ConfigText.Parse("").Alerting) is false);
        Assert.True(ConfigText.Parse("").Alerting.IsSame(ConfigText.Parse("rules: []").Alerting));
    }

    [Theory]
    [InlineData("    message: \"{ky}\"\n", "test.yaml:5:14: 'message': There is no {ky}")]
    [InlineData("    labels: {a-b: x}\n", "test.yaml:5:13: 'labels': 'a-b' is no label")]
    [InlineData("    labels: north\n", "test.yaml:5:13: 'labels' must be a mapping")]
    [InlineData("    labels: {a: [x]}\n", "'labels' must be a mapping")]
    [InlineData("    resolvedMessage: \"{labels.x}\"\n", "test.yaml:5:22: 'resolvedMessage': There is no {labels.x}")]
    [InlineData("    actions: [pager]\nalerting: {actions: [{name: page, gpio: {}}]}\n", "did you mean 'page'?")]
    [InlineData("alerting: {groupBy: [a-b]}\n", "'groupBy' cannot be 'a-b'")]
    [InlineData("alerting: {flapping: {changes: 1}}\n", "'changes' cannot be 1")]
    [InlineData("alerting: {actions: [{name: a}]}\n", "needs exactly one of stream, mqtt, webhook, exec and gpio")]
    [InlineData("alerting: {actions: [{name: a, gpio: {}, exec: {command: /a}}]}\n", "needs exactly one of")]
    [InlineData("alerting: {actions: [{name: a, stream: {name: alerts}}]}\n", "cannot append to the stream 'alerts'")]
    [InlineData("alerting: {actions: [{name: a, stream: {name: readngs}}]}\n", "did you mean 'readings'?")]
    [InlineData("alerting: {actions: [{name: a, exec: {command: page}}]}\n", "the whole path of a program")]
    [InlineData("alerting: {actions: [{name: a, mqtt: {topic: \"a/{kay}\"}}]}\n", "has '{kay', which is nothing")]
    [InlineData("alerting: {actions: [{name: a, mqtt: {topic: a/#}}]}\n", "a topic without + and #")]
    [InlineData("alerting: {actions: [{name: a, webhook: {url: \"http://h/\", username: u}}]}\n", "'Password'")]
    [InlineData("alerting: {actions: [{name: a, gpio: {}}, {name: a, gpio: {}}]}\n", "the action 'a' stands twice")]
    public void What_is_wrong_is_told_with_its_place(string yaml, string problem) =>
        Assert.Contains(problem, ConfigText.Error(Rule + yaml));

    [Fact]
    public void Alerts_that_would_go_round_and_rules_that_are_not_there_are_warned_of()
    {
        var config = ConfigText.Parse(
            Rule + "alerting: {actions: [{name: a, stream: {name: readings}, rules: [hot, col*]}]}\n");
        Assert.Equal(2, config.Warnings.Count);
        Assert.Contains("no rule is called 'col*'", config.Warnings[0]);
        Assert.Contains("alerts go round for ever", config.Warnings[1]);
    }
}
