using System.Globalization;

namespace EdgeStream.Devices;

/// <summary>Reads one sensor on the thread of its chip: finds it, reads, calibrates, and judges the value.</summary>
/// <remarks>After a failure it is looked for anew, so that a chip may come and go; at once where its files are gone,
/// so that one that is back under another number misses no reading. Belongs to one thread.</remarks>
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
            return Judge(TryReadFound(out var value) ? value : FindAndRead());
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _probe = null;
            return new SensorReading(default, _unit, error.Message);
        }
    }

    private bool TryReadFound(out SensorValue value)
    {
        value = default;
        if (_probe is null)
        {
            return false;
        }

        try
        {
            value = _probe.Read();
            return true;
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            // Its chip has gone, or is back under another number: looking for it says which.
            return false;
        }
    }

    private SensorValue FindAndRead()
    {
        var offer = SensorCatalog.Find(_root, _address);
        _unit = offer.Unit;
        _probe = offer.Open();
        return _probe.Read();
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
