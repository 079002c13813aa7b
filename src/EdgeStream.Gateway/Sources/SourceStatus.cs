using EdgeStream.Mqtt;

namespace EdgeStream.Gateway.Sources;

/// <summary>How a source does at one moment. Counters are those since it was started or changed.</summary>
/// <param name="Name">The source's name.</param>
/// <param name="Target">The server.</param>
/// <param name="Link">The connection.</param>
/// <param name="Counters">What came.</param>
internal sealed record SourceStatus(string Name, string Target, MqttLinkStatus Link, MqttClientCounters Counters);
