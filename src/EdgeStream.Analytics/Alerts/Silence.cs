using EdgeStream.Storage;

namespace EdgeStream.Analytics;

/// <summary>Keeps actions from telling of some alerts until a time; the alerts fire and stand in their stream all the
/// same.</summary>
/// <remarks>A text that ends with <c>*</c> matches every text that begins so. What is null matches everything; at least
/// one of rule, key, severity and labels says something.</remarks>
public sealed record Silence
{
    /// <summary>Names it: 16 hexadecimal digits.</summary>
    public required string Id { get; init; }

    /// <summary>The rule's name.</summary>
    public string? Rule { get; init; }

    /// <summary>The partition key.</summary>
    public string? Key { get; init; }

    /// <summary>The severity.</summary>
    public RuleSeverity? Severity { get; init; }

    /// <summary>Labels that the alert must have, each with a matching text.</summary>
    public LabelSet Labels { get; init; } = LabelSet.None;

    /// <summary>When it was made.</summary>
    public required Timestamp CreatedAt { get; init; }

    /// <summary>When it ends, by the gateway's wall clock.</summary>
    public required Timestamp Until { get; init; }

    /// <summary>Who made it; empty if nobody said.</summary>
    public string By { get; init; } = "";

    /// <summary>Why; empty if nobody said.</summary>
    public string Comment { get; init; } = "";

    /// <summary>Whether it is about an alert.</summary>
    public bool Matches(Alert alert)
    {
        if (!TextPattern.Matches(Rule, alert.Rule) || !TextPattern.Matches(Key, alert.Key)
            || (Severity is { } severity && severity != alert.Severity))
        {
            return false;
        }

        foreach (var (name, pattern) in Labels)
        {
            if (alert.Labels.Find(name) is not { } text || !TextPattern.Matches(pattern, text))
            {
                return false;
            }
        }

        return true;
    }
}
