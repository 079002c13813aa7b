namespace EdgeStream.Mqtt;

/// <summary>One line of who may do what.</summary>
public sealed record MqttAccessRule
{
    /// <summary>The word of <see cref="User"/> for everyone, those without a name included.</summary>
    public const string Everyone = "*";

    /// <summary>The word of <see cref="User"/> for clients without a name.</summary>
    public const string Anonymous = "anonymous";

    /// <summary>Whom it is for: a user's name, <see cref="Everyone"/> or <see cref="Anonymous"/>.</summary>
    public string User { get; init; } = Everyone;

    /// <summary>A topic filter; with <see cref="HasPatterns"/> <c>%u</c> and <c>%c</c> stand for the user's name and
    /// the client identifier.</summary>
    public required string Topic { get; init; }

    /// <summary>What it allows; nothing forbids.</summary>
    public MqttTopicAccess Access { get; init; } = MqttTopicAccess.Both;

    /// <summary>Whether <c>%u</c> and <c>%c</c> are replaced.</summary>
    /// <remarks>
    /// A name or identifier that has '+', '#' or '/' in it makes a rule that allows match nothing, and one that forbids
    /// match everything from the level on where it would stand. No name at all makes a rule with <c>%u</c> match
    /// nothing. A client chooses its identifier: <c>%c</c> tells clients apart, it protects none from another.
    /// </remarks>
    public bool HasPatterns { get; init; } = true;
}
