namespace EdgeStream.Benchmarks.Areas.Mqtt;

/// <summary>One thing that is asked of every broker.</summary>
/// <param name="Name">What the table calls it.</param>
/// <param name="Unit">Of its figure.</param>
/// <param name="Kind">What the clients do.</param>
/// <param name="First">How many publish, or are connected.</param>
/// <param name="Second">Publish: the QoS. Fan: how many subscribe.</param>
internal sealed record MqttScenario(string Name, string Unit, MqttScenarioKind Kind, int First, int Second)
{
    private const string Messages = "messages/s";

    /// <summary>Publishers with 20 in flight each, in QoS 0 some hundreds.</summary>
    public static IReadOnlyList<MqttScenario> All(bool isQuick)
    {
        int[] publishers = isQuick ? [1, 100] : [1, 10, 100, 1000];
        return
        [
            .. publishers.Select(count => Publish(count, 0)),
            .. publishers.Select(count => Publish(count, 1)),
            new("100 publishers to 1 subscriber, QoS 0", "deliveries/s", MqttScenarioKind.Fan, 100, 1),
            new("1 publisher to 1,000 subscribers, QoS 0", "deliveries/s", MqttScenarioKind.Fan, 1, 1000),
            new("5,000 idle connections", "KiB each", MqttScenarioKind.Idle, 5000, 0),
        ];
    }

    private static MqttScenario Publish(int publishers, int qos) => new(
        $"{publishers} publishers, QoS {qos}", Messages, MqttScenarioKind.Publish, publishers, qos);
}
