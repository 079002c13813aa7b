namespace EdgeStream.Mqtt;

/// <summary>Whose a session or a will is.</summary>
/// <param name="IsKnown">Whether that is known; it is not where the state doesn't tell.</param>
/// <param name="Name">The user's name; null for a client without one.</param>
internal readonly record struct SessionUser(bool IsKnown, string? Name);
