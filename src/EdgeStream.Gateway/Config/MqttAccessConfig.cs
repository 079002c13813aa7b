using EdgeStream.Mqtt;

namespace EdgeStream.Gateway.Config;

/// <summary>Who may do what at the MQTT server.</summary>
internal sealed record MqttAccessConfig
{
    public required string? PasswordFile { get; init; }

    public required string? AclFile { get; init; }

    /// <summary>Where failed logins slow nobody, as the configuration has it.</summary>
    public string UnslowedNetworks { get; init; } = "";

    /// <summary>The rules of the configuration; null where it has none.</summary>
    public required IReadOnlyList<MqttAccessRule>? Rules { get; init; }

    /// <inheritdoc/>
    public bool Equals(MqttAccessConfig? other) => other is not null
        && PasswordFile == other.PasswordFile
        && AclFile == other.AclFile
        && UnslowedNetworks == other.UnslowedNetworks
        && (Rules ?? []).SequenceEqual(other.Rules ?? [])
        && (Rules is null) == (other.Rules is null);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(PasswordFile, AclFile, Rules?.Count);
}
