using EdgeStream.Devices;
using static EdgeStream.Gateway.Config.SchemaScalar;

namespace EdgeStream.Gateway.Config;

/// <summary>The keys of Modbus sources; part of <see cref="ConfigKeys"/>.</summary>
internal static class ModbusKeys
{
    public static readonly SchemaScalar Url = RequiredText("url",
        "The line: tcp://host:502 (the port is the default) or rtu:///dev/ttyUSB0.", ModbusUrl.Problem);
    public static readonly SchemaScalar BaudRate = Choice("baudRate", "9600",
        "The rate of a serial line.", [.. SerialSettings.BaudRates.Select(rate => $"{rate}")]);
    public static readonly SchemaScalar Parity = Choice("parity", "even",
        "The parity of a serial line.", "none", "even", "odd");
    public static readonly SchemaScalar StopBits = Integer("stopBits", 1, 1, 2, "The stop bits of a serial line.");
    public static readonly SchemaScalar Timeout = Duration("timeout", "1s", "50ms", "60s",
        "How long an answer may take.");
    public static readonly SchemaScalar Stream = Text("stream", StreamNames.Readings,
        "The stream that takes the readings.", Names.Stream);

    public static readonly SchemaScalar DeviceName = RequiredText("name",
        "The device id, which is the partition key of its readings.", Names.Id);
    public static readonly SchemaScalar Unit = Integer("unit", 1, 0, 255, "The device's address on the line.");
    public static readonly SchemaScalar Period = Duration("period", "10s", "100ms", "1d",
        "The time between two readings.");
    public static readonly SchemaScalar Gap = Integer("gap", 0, 0, 100,
        "How many registers between two others may be read along, to need fewer requests.");
    public static readonly SchemaScalar Registers = Texts("registers",
        "The values, as a list of 'name (unit) = table address type order *factor +addend'; tables are holding, input, "
            + "coil and discrete, addresses count from 0.");
    public static readonly SchemaList Devices = new("devices", "The devices on the line.", 247,
        DeviceName, Unit, Period, Gap, Registers);

    public static readonly SchemaSection Source = new("modbus", "Read Modbus devices, over TCP or a serial line (RTU).",
        Url, BaudRate, Parity, StopBits, Timeout, Stream, Devices);
}
