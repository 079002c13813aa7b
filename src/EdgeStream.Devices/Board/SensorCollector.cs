using System.Text.Json;

namespace EdgeStream.Devices;

/// <summary>
/// Reads every thermal zone and hwmon sensor; the CPU's temperature is <c>cpu_temperature_celsius</c>.
/// </summary>
internal sealed class SensorCollector : IBoardCollector
{
    private const string CpuSubject = "cpu";
    private const int DecimalCount = 3;
    private const double AbsoluteZeroCelsius = -273.15;

    private readonly string _root;
    private readonly FieldNames _names;
    private readonly BoardReadFailures _failures;
    private readonly JsonEncodedText _cpuName;
    private readonly Dictionary<string, Sensor> _sensors = new(StringComparer.Ordinal);
    private Sensor[] _ordered = [];

    /// <summary>Reads below <paramref name="root"/>.</summary>
    internal SensorCollector(string root, FieldNames names, BoardReadFailures failures)
    {
        _root = root;
        _names = names;
        _failures = failures;
        _cpuName = names.Reserve("cpu_temperature_celsius");
    }

    /// <inheritdoc/>
    public void Rescan()
    {
        var candidates = ThermalZones.Discover(_root);
        candidates.AddRange(HwmonChips.Discover(_root, candidates));
        var present = candidates.Select(candidate => candidate.Owner).ToHashSet(StringComparer.Ordinal);
        foreach (var (owner, sensor) in _sensors.Where(entry => !present.Contains(entry.Key)).ToList())
        {
            _sensors.Remove(owner);
            if (!sensor.IsCpu)
            {
                _names.Release(sensor.Name);
            }
        }

        var cpu = _sensors.Values.Any(sensor => sensor.IsCpu)
            ? null
            : candidates.Where(candidate => candidate.CpuRank is not null && !_sensors.ContainsKey(candidate.Owner))
                .MinBy(candidate => candidate.CpuRank);
        foreach (var candidate in candidates.Where(candidate => !_sensors.ContainsKey(candidate.Owner)))
        {
            var isCpu = ReferenceEquals(candidate, cpu);
            _sensors[candidate.Owner] = new Sensor(
                candidate, isCpu ? _cpuName : _names.Take(candidate.Subject, candidate.Quantity), isCpu, _failures);
        }

        _ordered =
        [
            .. candidates.Select(candidate => _sensors[candidate.Owner]).OrderByDescending(sensor => sensor.IsCpu),
        ];
    }

    /// <inheritdoc/>
    public void Sample(TimeSpan now, BoardFields fields)
    {
        foreach (var sensor in _ordered)
        {
            sensor.Sample(fields);
        }
    }

    private sealed class Sensor(SensorCandidate candidate, JsonEncodedText name, bool isCpu, BoardReadFailures failures)
    {
        private const int ValueSizeBytesMax = 64;

        private readonly KernelFile _value = new(candidate.Path, failures);
        private readonly KernelFile? _fault =
            candidate.FaultPath is null ? null : new KernelFile(candidate.FaultPath, failures);

        private readonly bool _isTemperature = candidate.Quantity == "temperature_celsius";

        internal JsonEncodedText Name => name;

        internal bool IsCpu => isCpu;

        internal void Sample(BoardFields fields)
        {
            var buffer = fields.FileBuffer.AsSpan(0, ValueSizeBytesMax);
            if (_fault is not null && _fault.TryRead(buffer, out var fault))
            {
                _fault.Succeed();
                if (fault.TrimEnd((byte)'\n').SequenceEqual("1"u8))
                {
                    return;
                }
            }

            if (!_value.TryRead(buffer, out var text))
            {
                return;
            }

            text = text.TrimEnd((byte)'\n');
            if (!KernelText.TryTakeNumber(ref text, out var raw))
            {
                _value.Fail("the file does not hold a number");
                return;
            }

            var value = raw / candidate.UnitsPerField;
            if (_isTemperature && value < AbsoluteZeroCelsius + 1)
            {
                _value.Fail("the driver says that it has no temperature");
                return;
            }

            _value.Succeed();
            fields.Add(name, value, DecimalCount);
        }
    }
}
