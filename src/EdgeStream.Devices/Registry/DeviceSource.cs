namespace EdgeStream.Devices;

/// <summary>How a device's readings come in. The numbers are stored; they may only grow.</summary>
public enum DeviceSource
{
    /// <summary>The board's own sensors.</summary>
    Board = 0,

    /// <summary>Made up, by <c>--demo</c>.</summary>
    Simulated = 1,

    /// <summary>Published over MQTT.</summary>
    Mqtt = 2,

    /// <summary>Posted over HTTP.</summary>
    Http = 3,

    /// <summary>Read over Modbus.</summary>
    Modbus = 4,
}
