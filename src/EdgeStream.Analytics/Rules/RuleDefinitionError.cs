namespace EdgeStream.Analytics;

/// <summary>What is wrong with one member of a rule's definition, and what is allowed.</summary>
/// <param name="Member">The member as the configuration spells it, such as <c>above</c> or
/// <c>minimumSamples</c>.</param>
/// <param name="Message">What is wrong and what is allowed, as one sentence or, for SQL, several lines.</param>
public sealed record RuleDefinitionError(string Member, string Message);
