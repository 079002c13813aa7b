using System.Globalization;
using EdgeStream.Devices;

namespace EdgeStream.Gateway.Config;

/// <summary>Makes the sources with sensors and lines of the kernel.</summary>
internal sealed class KernelBinder(ConfigReader reader, StreamReferences names)
{
    private readonly List<SensorSourceOptions> _sensors = [];
    private readonly List<IioBufferOptions> _buffers = [];
    private readonly List<GpioSourceOptions> _lines = [];

    /// <summary>The sources with sensors.</summary>
    public IReadOnlyList<SensorSourceOptions> Sensors => _sensors;

    /// <summary>The buffers that are captured.</summary>
    public IReadOnlyList<IioBufferOptions> Buffers => _buffers;

    /// <summary>The sources with lines.</summary>
    public IReadOnlyList<GpioSourceOptions> Lines => _lines;

    /// <summary>Takes the file's sensors, buffers and lines.</summary>
    public KernelBinder Bind(ConfigValues root)
    {
        foreach (var item in root.List(LinkKeys.Sources) ?? [])
        {
            if (item.Has(KernelKeys.Source))
            {
                BindSource(item.Text(LinkKeys.SourceName), item.Section(KernelKeys.Source));
            }
        }

        return this;
    }

    private void BindSource(string name, ConfigValues values)
    {
        var device = values.TextOrNull(KernelKeys.Device) ?? name;
        var stream = names.Check(values, KernelKeys.Stream);
        var seen = new UniqueNames(reader, "value");
        var sensors = new List<SensorOptions>();
        foreach (var item in values.List(KernelKeys.Sensors) ?? [])
        {
            if (seen.Add(item, KernelKeys.SensorName))
            {
                sensors.Add(BindSensor(item));
            }
        }

        var lines = new List<GpioInputOptions>();
        foreach (var item in values.List(KernelKeys.Lines) ?? [])
        {
            if (seen.Add(item, KernelKeys.LineName))
            {
                lines.Add(BindLine(item));
            }
        }

        var chips = new UniqueNames(reader, "chip");
        var buffers = values.List(KernelKeys.Buffers) ?? [];
        foreach (var item in buffers)
        {
            if (chips.Add(item, KernelKeys.BufferChip))
            {
                _buffers.Add(BindBuffer(item, name, device, stream));
            }
        }

        if (sensors.Count + lines.Count + buffers.Count == 0)
        {
            reader.Report(
                values.Location,
                $"the source '{name}' needs 'sensors', 'buffers' or 'lines' with at least one of them");
        }

        if (sensors.Count > 0)
        {
            Add(values, new SensorSourceOptions
            {
                Name = name, Device = device, Stream = stream, Timeout = values.Duration(KernelKeys.Timeout),
                Sensors = sensors,
            });
        }

        if (lines.Count > 0)
        {
            _lines.Add(new GpioSourceOptions { Name = name, Device = device, Stream = stream, Lines = lines });
        }
    }

    private void Add(ConfigValues values, SensorSourceOptions source)
    {
        if (source.FindProblem() is { } problem)
        {
            reader.Report(values.At(KernelKeys.Sensors), problem);
        }

        _sensors.Add(source);
    }

    private SensorOptions BindSensor(ConfigValues item)
    {
        var sensor = new SensorOptions
        {
            Name = item.Text(KernelKeys.SensorName),
            Sensor = item.Text(KernelKeys.Sensor),
            Unit = item.TextOrNull(KernelKeys.Unit),
            Period = item.Duration(KernelKeys.Period),
            Calibration = BindCalibration(item),
            Minimum = item.Number(KernelKeys.Minimum) ?? double.NegativeInfinity,
            Maximum = item.Number(KernelKeys.Maximum) ?? double.PositiveInfinity,
            Deadband = item.Number(KernelKeys.Deadband),
            Repeat = item.Duration(KernelKeys.Repeat),
        };
        if (sensor.FindProblem() is { } problem)
        {
            reader.Report(item.At(KernelKeys.Sensor), problem);
        }

        if (sensor.Minimum > sensor.Maximum)
        {
            reader.Report(item.At(KernelKeys.Minimum), "'min' is above 'max'");
        }

        return sensor;
    }

    private Calibration BindCalibration(ConfigValues item)
    {
        if (!item.Has(KernelKeys.Polynomial))
        {
            return item.Has(KernelKeys.Scale) || item.Has(KernelKeys.Offset)
                ? new Calibration([item.Number(KernelKeys.Offset) ?? 0, item.Number(KernelKeys.Scale) ?? 1])
                : Calibration.None;
        }

        if (item.Has(KernelKeys.Scale) || item.Has(KernelKeys.Offset))
        {
            reader.Report(
                item.At(KernelKeys.Polynomial), "'polynomial' stands for 'scale' and 'offset': leave them out");
        }

        var coefficients = new List<double>();
        foreach (var word in item.Text(KernelKeys.Polynomial).Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                && double.IsFinite(number))
            {
                coefficients.Add(number);
            }
            else
            {
                reader.Report(item.At(KernelKeys.Polynomial), $"'polynomial' has '{word}', which is no number");
            }
        }

        if (coefficients.Count is > 0 and <= Calibration.CoefficientsMax)
        {
            return new Calibration(coefficients);
        }

        reader.Report(item.At(KernelKeys.Polynomial),
            $"'polynomial' has {coefficients.Count} numbers; allowed are 1 to {Calibration.CoefficientsMax}");
        return Calibration.None;
    }

    private IioBufferOptions BindBuffer(ConfigValues item, string name, string device, string stream)
    {
        var channels = item.Texts(KernelKeys.Channels);
        if (channels.Length is 0 or > IioBufferOptions.ChannelsMax
            || channels.Distinct(StringComparer.Ordinal).Count() < channels.Length
            || channels.Any(static channel => channel.AsSpan().ContainsAny('/', ' ')))
        {
            reader.Report(
                item.At(KernelKeys.Channels),
                $"'channels' needs 1 to {IioBufferOptions.ChannelsMax} names of channels, each once, such as accel_x");
        }

        return new IioBufferOptions
        {
            Name = name,
            Device = device,
            Stream = stream,
            Chip = item.Text(KernelKeys.BufferChip),
            Channels = channels,
            Trigger = item.TextOrNull(KernelKeys.Trigger),
            Rate = item.Number(KernelKeys.Rate),
            Length = item.Integer(KernelKeys.Length),
        };
    }

    private GpioInputOptions BindLine(ConfigValues item)
    {
        if (!item.Has(KernelKeys.Line))
        {
            reader.Report(item.Location, "'line' is missing: the line's number on the chip");
        }

        return new GpioInputOptions
        {
            Name = item.Text(KernelKeys.LineName),
            Chip = item.Text(KernelKeys.Chip),
            Line = item.Integer(KernelKeys.Line),
            IsActiveLow = item.Boolean(KernelKeys.ActiveLow),
            Bias = item.Text(KernelKeys.Bias),
            Edges = item.Text(KernelKeys.Edges),
            Debounce = item.Duration(KernelKeys.Debounce),
            Report = item.Text(KernelKeys.Report),
            Period = item.Duration(KernelKeys.LinePeriod),
        };
    }
}
