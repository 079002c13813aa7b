namespace EdgeStream.Devices;

/// <summary>The words for the sources in the API and in dead-letter records.</summary>
public static class DeviceSourceNames
{
    /// <summary><c>board</c>, <c>simulated</c>, <c>mqtt</c>, <c>http</c> or <c>modbus</c>.</summary>
    public static string ToName(this DeviceSource source) => source switch
    {
        DeviceSource.Board => "board",
        DeviceSource.Simulated => "simulated",
        DeviceSource.Mqtt => "mqtt",
        DeviceSource.Http => "http",
        DeviceSource.Modbus => "modbus",
        _ => throw new ArgumentOutOfRangeException(nameof(source), source, "There is no such source."),
    };
}
