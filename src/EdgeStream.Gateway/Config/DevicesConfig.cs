namespace EdgeStream.Gateway.Config;

/// <summary>What the configuration says of the devices themselves. Never changes.</summary>
/// <param name="Aliases">Names for people, by device.</param>
/// <param name="HomeAssistant">What Home Assistant is told of them.</param>
internal sealed record DevicesConfig(
    IReadOnlyDictionary<string, string> Aliases, HomeAssistantConfig HomeAssistant)
{
    /// <summary>Whether two say the same.</summary>
    public bool Equals(DevicesConfig? other) =>
        other is not null && HomeAssistant == other.HomeAssistant && Aliases.Count == other.Aliases.Count
        && Aliases.All(alias => other.Aliases.TryGetValue(alias.Key, out var name) && name == alias.Value);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(HomeAssistant, Aliases.Count);
}
