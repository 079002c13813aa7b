namespace EdgeStream.Mqtt.Tests;

/// <summary>The normative statements of the specification that a test proves, by their identifiers.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
internal sealed class StatementsAttribute(MqttVersion version, params string[] identifiers) : Attribute
{
    internal MqttVersion Version { get; } = version;

    internal IReadOnlyList<string> Identifiers { get; } = identifiers;
}
