using EdgeStream.Analytics;

namespace EdgeStream.Gateway.Config;

/// <summary>One action, as it is configured.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Rules">Patterns of the rules that it takes, a line each; empty for all.</param>
/// <param name="OtherRules">Rules that name their actions and not this one, a line each.</param>
/// <param name="Severity">The least severity that it takes.</param>
/// <param name="Labels">Patterns of labels that an alert must have.</param>
/// <param name="GiveUpAfter">How long a notification is tried.</param>
/// <param name="Target">What it does.</param>
internal sealed record AlertActionConfig(
    string Name,
    string Rules,
    string OtherRules,
    RuleSeverity Severity,
    LabelSet Labels,
    TimeSpan GiveUpAfter,
    AlertActionTarget Target);
