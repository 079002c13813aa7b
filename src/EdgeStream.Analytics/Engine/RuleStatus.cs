namespace EdgeStream.Analytics;

/// <summary>A rule and how it stands, over all shards of its stream.</summary>
/// <param name="Name">The rule's name.</param>
/// <param name="Kind">As <see cref="RuleDefinition.Kind"/> says.</param>
/// <param name="Stream">The stream it watches.</param>
/// <param name="Field">The field it watches.</param>
/// <param name="State"><c>firing</c> if any key's alert stands, else <c>pending</c> if any key is, else
/// <c>ok</c>.</param>
/// <param name="Firing">How many keys' alerts stand.</param>
/// <param name="Pending">How many keys are out of bounds for less than <c>for:</c>.</param>
/// <param name="Description">What the rule does, in words.</param>
/// <param name="IgnoredRecords">Records since start that had no number for the rule, or were no JSON object.</param>
/// <param name="UntrackedRecords">Records since start that could not be watched: every remembered key's alert
/// stands, or the
/// partition key is longer than 1,024 bytes.</param>
/// <param name="DroppedKeys">Keys since start that were forgotten to make room for others.</param>
public sealed record RuleStatus(
    string Name,
    string Kind,
    string Stream,
    string Field,
    string State,
    int Firing,
    int Pending,
    string Description,
    long IgnoredRecords,
    long UntrackedRecords,
    long DroppedKeys);
