using System.Globalization;

namespace EdgeStream.Benchmarks.Areas.Outage;

/// <summary>A kind of destination that is away and comes back.</summary>
/// <param name="Prefix">What the rows of the table begin with.</param>
/// <param name="Config">The destination's part of a delivery, with its port.</param>
/// <param name="Open">Makes the server.</param>
internal sealed record OutageDestination(
    string Prefix, Func<int, string> Config, Func<int, bool, ArrivalSink> Open)
{
    /// <summary>An HTTP endpoint that takes lines of JSON.</summary>
    public static OutageDestination Http { get; } = new(
        "",
        port => string.Create(
            CultureInfo.InvariantCulture,
            $"""
            http:
              url: http://127.0.0.1:{port}/
              body: json-lines
              payload: data
            """),
        (recordCount, isLiveFirst) => new HttpArrivalSink(recordCount, isLiveFirst));

    /// <summary>An MQTT server.</summary>
    public static OutageDestination Mqtt { get; } = new(
        "MQTT, ",
        port => string.Create(
            CultureInfo.InvariantCulture,
            $$"""
            mqtt:
              url: mqtt://127.0.0.1:{{port}}
              topic: "{stream}"
              payload: data
            """),
        (recordCount, isLiveFirst) => new MqttArrivalSink(recordCount, isLiveFirst));

    /// <summary>All, in the order of the table.</summary>
    public static IReadOnlyList<OutageDestination> All { get; } = [Http, Mqtt];
}
