namespace EdgeStream.Devices;

/// <summary>The routes of a common kind of devices, so that they are one line of configuration. Names are
/// frozen.</summary>
/// <param name="Name">The preset's name, which is its dialect's too.</param>
/// <param name="Topics">The topics where such devices publish unless they are set up otherwise; empty where every
/// device has its own.</param>
public sealed record RoutePreset(string Name, IReadOnlyList<string> Topics)
{
    /// <summary>Every preset.</summary>
    public static IReadOnlyList<RoutePreset> All { get; } =
    [
        new("json", []),
        new("bare", []),
        new("csv", []),
        new("senml", []),
        new("senml-cbor", []),
        new("sparkplug", ["spBv1.0/#"]),
        new("tasmota", ["tele/+/+", "stat/+/+"]),
        new("zigbee2mqtt", ["zigbee2mqtt/#"]),
        new("shelly", ["+/events/rpc", "+/status/+", "+/online"]),
        new("homeassistant", ["homeassistant/#"]),
        new("influx", []),
        new("binary", []),
    ];

    /// <summary>Finds a preset; null when there is none of the name.</summary>
    public static RoutePreset? Find(string name) => All.FirstOrDefault(preset => preset.Name == name);
}
