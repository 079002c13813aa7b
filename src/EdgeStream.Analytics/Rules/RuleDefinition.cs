namespace EdgeStream.Analytics;

/// <summary>What to watch in a stream and when to raise an alert, as a person configures it.</summary>
/// <remarks>Immutable. Every record's partition key is watched on its own.</remarks>
public abstract record RuleDefinition
{
    private protected RuleDefinition()
    {
    }

    /// <summary>The name, unique among all rules: 1 to 128 letters, digits, <c>_</c>, <c>.</c> or <c>-</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The stream whose records are watched.</summary>
    public required string Stream { get; init; }

    /// <summary>The path of a number in the record: <c>temperature</c>, <c>motor.rpm</c>.</summary>
    public required string Field { get; init; }

    /// <summary>An SQL condition that selects the records the rule sees; null for all.</summary>
    public string? Where { get; init; }

    /// <summary>What the rule's alerts carry as severity.</summary>
    public RuleSeverity Severity { get; init; } = RuleSeverity.Warning;

    /// <summary>What the rule's alerts carry besides, for actions and silences to go by.</summary>
    public LabelSet Labels { get; init; } = LabelSet.None;

    /// <summary>
    /// The text of a firing alert with <c>{rule}</c>, <c>{stream}</c>, <c>{severity}</c>, <c>{key}</c>, <c>{field}</c>,
    /// <c>{value}</c>, <c>{threshold}</c>, <c>{duration}</c> (how long the condition has to hold),
    /// <c>{explanation}</c>, which says what is out of the ordinary, and <c>{labels.&lt;name&gt;}</c>; null for a plain
    /// sentence.
    /// </summary>
    public string? Message { get; init; }

    /// <summary>The text of a resolved alert, the same way; the duration is how long it stood. Null for a plain
    /// sentence.</summary>
    public string? ResolvedMessage { get; init; }

    /// <summary><c>threshold</c>, <c>anomaly</c>, <c>rateOfChange</c>, <c>missing</c>, <c>stuck</c>,
    /// <c>levelShift</c> or <c>drift</c>.</summary>
    public abstract string Kind { get; }

    /// <summary>What the rule does, in words.</summary>
    public string Description =>
        Where is null ? $"{Field} {Condition}" : $"{Field} {Condition}, where {Where}";

    /// <summary>What is wrong with the definition; empty if it can be used.</summary>
    public IReadOnlyList<RuleDefinitionError> Validate() => RuleValidation.Validate(this);

    private protected abstract string Condition { get; }

    /// <summary>How long the condition has to hold before the alert fires.</summary>
    internal virtual TimeSpan HoldTime => TimeSpan.Zero;

    /// <summary>What a message has for <c>{duration}</c>.</summary>
    internal virtual TimeSpan MessageDuration => HoldTime;

    /// <summary>As how many rules it counts among those of a stream, since a save has room for so much state.</summary>
    internal virtual int Weight => 1;

    /// <summary>Everything that decides when alerts fire; state of a rule is kept as long as this does not
    /// change.</summary>
    internal abstract string Fingerprint { get; }
}
