using System.Globalization;

namespace EdgeStream.Devices;

/// <summary>Reads one sensor on the thread of its chip: finds it, reads, calibrates, and judges the value.</summary>
/// <remarks>After a failure it is looked for anew, so that a chip may come and go. Belongs to one thread.</remarks>
internal sealed class SensorReader
{
    private const double AbsoluteZeroCelsius = -273.15;

    private readonly string _root;
    private readonly SensorOptions _options;
    private readonly SensorAddress _address;
    private ISensorProbe? _probe;
    private string _unit = "";

    /// <summary>Looks for nothing yet.</summary>
    /// <exception cref="ArgumentException">The address is none.</exception>
    internal SensorReader(string root, SensorOptions options)
    {
        _root = root;
        _options = options;
        _address = SensorAddress.Parse(options.Sensor, out var problem)
            ?? throw new ArgumentException(problem, nameof(options));
    }

    /// <summary>What it is read together with.</summary>
    internal string Chip => _address.ChipText;

    /// <summary>Reads it once; takes as long as the kernel takes.</summary>
    internal SensorReading Read()
    {
        try
        {
            if (_probe is null)
            {
                var offer = SensorCatalog.Find(_root, _address);
                _unit = offer.Unit;
                _probe = offer.Open();
            }

            return Judge(_probe.Read());
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _probe = null;
            return new SensorReading(default, _unit, error.Message);
        }
    }

    private SensorReading Judge(SensorValue read)
    {
        if (read.IsText)
        {
            return new SensorReading(read, _unit, null);
        }

        if (_unit == "Cel" && read.Number <= AbsoluteZeroCelsius)
        {
            return Refused(read.Number, "is below the lowest temperature there is: the driver has no value");
        }

        var value = SensorValue.Of(_options.Calibration.Apply(read.Number));
        return !double.IsFinite(value.Number) ? Refused(read.Number, "has no finite value after the calibration")
            : value.Number < _options.Minimum ? Refused(value.Number, $"is below the minimum {_options.Minimum}")
            : value.Number > _options.Maximum ? Refused(value.Number, $"is above the maximum {_options.Maximum}")
            : new SensorReading(value, _unit, null);
    }

    private SensorReading Refused(double value, string why) => new(
        default, _unit, string.Create(CultureInfo.InvariantCulture, $"The value {value} {why}."));
}
