namespace EdgeStream.Benchmarks.Areas.Mqtt;

/// <summary>What the clients of a scenario do.</summary>
internal enum MqttScenarioKind
{
    /// <summary>They publish.</summary>
    Publish,

    /// <summary>Some publish, the others subscribe to all of it.</summary>
    Fan,

    /// <summary>They are connected.</summary>
    Idle,
}
