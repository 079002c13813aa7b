using static EdgeStream.Gateway.Config.SchemaScalar;

namespace EdgeStream.Gateway.Config;

/// <summary>The keys of sensors and lines that the kernel has; part of <see cref="ConfigKeys"/>.</summary>
internal static class KernelKeys
{
    public static readonly SchemaScalar Device = Text("device", null,
        "The device id, which is the partition key of the records. Default: the source's name.", Names.Id);
    public static readonly SchemaScalar Stream = Text("stream", StreamNames.Readings,
        "The stream that takes the records.", Names.Stream);
    public static readonly SchemaScalar Timeout = Duration("timeout", "5s", "100ms", "60s",
        "How long a chip may take for each of its values. Each is read by itself: one that hangs stalls no other.");

    public static readonly SchemaScalar SensorName = RequiredText("name",
        "What the values are called in the records.", Names.Id);
    public static readonly SchemaScalar Sensor = RequiredText("sensor",
        "Where the kernel has it: 'hwmon lm75 temp1', 'iio bme280 pressure', 'thermal cpu-thermal', "
            + "'w1 28-0316a2f4aeff', 'power BAT0 voltage_now', 'i2c 1 0x48 0x00 i16 be *0.00390625' (bus, chip, "
            + "register, type) or 'spi 0.1 0x60 u16 be >>4 mode:0' (bus and chip, what is sent in front of the "
            + "answer, type, settings). 'edgestream sensors list' shows what there is.");
    public static readonly SchemaScalar Unit = Text("unit", null,
        "The unit that records state, by its name in SenML (Cel, %RH, V) or UCUM (mm[Hg], kW.h). Default: that of the "
            + "sensor's kind, in SenML's names.",
        KernelUnit.Problem);
    public static readonly SchemaScalar Period = Duration("period", "10s", "100ms", "1d",
        "The time between two readings.");
    public static readonly SchemaScalar Scale = Number("scale", null,
        "What a value is multiplied by, as a calibration. Default: 1.");
    public static readonly SchemaScalar Offset = Number("offset", null,
        "What is added then. Default: 0.");
    public static readonly SchemaScalar Polynomial = Text("polynomial", null,
        "A calibration with more terms, instead of scale and offset: 'c0 c1 c2' is c0 + c1*x + c2*x*x, up to eight.");
    public static readonly SchemaScalar Minimum = Number("min", null,
        "The lowest value that is believed, after the calibration; one below counts as a failed reading.");
    public static readonly SchemaScalar Maximum = Number("max", null,
        "The highest value that is believed.");
    public static readonly SchemaScalar Deadband = Number("deadband", null,
        "Record a value only if it differs by so much from the last one recorded; 0 for any change. Default: record "
            + "every value.", 0);
    public static readonly SchemaScalar Repeat = Duration("repeat", "5m", "1s", "1d",
        "With a deadband, after which time a value is recorded again all the same.");
    public static readonly SchemaList Sensors = new("sensors", "Sensors by the drivers of the kernel.",
        Devices.SensorSourceOptions.SensorsMax,
        SensorName, Sensor, Unit, Period, Scale, Offset, Polynomial, Minimum, Maximum, Deadband, Repeat);

    public static readonly SchemaScalar LineName = RequiredText("name",
        "What the values are called in the records.", Names.Id);
    public static readonly SchemaScalar Chip = Text("chip", "/dev/gpiochip0", "The chip's device.", Names.File);
    public static readonly SchemaScalar Line = Integer("line", null, 0, 65535, "The line's number on the chip.");
    public static readonly SchemaScalar ActiveLow = SchemaScalar.Boolean("activeLow", false,
        "Whether on is the low level.");
    public static readonly SchemaScalar Bias = Choice("bias", "as-is",
        "The resistor of the line, where the chip has one.", "as-is", "none", "pull-up", "pull-down");
    public static readonly SchemaScalar Edges = Choice("edges", "both",
        "Which edges count; rising is from off to on.", "both", "rising", "falling");
    public static readonly SchemaScalar Debounce = Duration("debounce", "0", "0", "1s",
        "How long a level must hold before it counts.");
    public static readonly SchemaScalar Report = Choice("report", "edges",
        "What is recorded: each edge, at the time that the kernel has stamped it with; their count since the start of "
            + "the gateway; or how many come in a second (Hz).",
        "edges", "count", "frequency");
    public static readonly SchemaScalar LinePeriod = Duration("period", "10s", "100ms", "1d",
        "The time between two records of counts and frequencies.");
    public static readonly SchemaList Lines = new("lines", "Lines (GPIO) whose edges are watched.",
        Devices.GpioSourceOptions.LinesMax,
        LineName, Chip, Line, ActiveLow, Bias, Edges, Debounce, Report, LinePeriod);

    public static readonly SchemaScalar BufferChip = RequiredText("chip",
        "The chip by the name that its driver gives, such as adxl345; chip@device where two have one name.");
    public static readonly SchemaScalar Channels = Texts("channels",
        "The channels of a scan, such as accel_x, as a list.");
    public static readonly SchemaScalar Trigger = Text("trigger", null,
        "The trigger that begins each scan, by its name in the kernel. Default: what is set.");
    public static readonly SchemaScalar Rate = Number("rate", null,
        "How many scans in a second. Default: what is set.", 0.001, 1_000_000);
    public static readonly SchemaScalar Length = Integer("length", 4096, 2, 1_048_576,
        "How many scans the kernel keeps while they are not read.");
    public static readonly SchemaList Buffers = new("buffers",
        "Buffers of industrial I/O (iio) for high rates: a record for each scan, at the time that the kernel has "
            + "stamped it with.",
        16, BufferChip, Channels, Trigger, Rate, Length);

    public static readonly SchemaSection Source = new("kernel",
        "Read sensors by the kernel's drivers, capture buffers, and watch lines; all are one device.",
        Device, Stream, Timeout, Sensors, Buffers, Lines);
}
