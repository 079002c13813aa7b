namespace EdgeStream.Devices;

/// <summary>Applies the base values of a SenML pack to its records and makes readings of them.</summary>
/// <remarks>
/// Source: RFC 8428, section 4. A record's base values count for itself and for those after it. A time below 2^28
/// seconds is relative to the arrival. The device is the base name without its separator at the end, or a whole name
/// that is a URN; what the route says of the device comes first.
/// </remarks>
internal ref struct SenmlPack(ReadingBatch batch, bool routeNamesDevice)
{
    private const int VersionMax = 10;
    private const decimal RelativeSecondsMax = 1L << 28;
    private const decimal SecondsMax = 10_000_000_000m;
    private const long MicrosecondsPerSecond = 1_000_000;

    private ReadOnlySpan<byte> _name;
    private ReadOnlySpan<byte> _unit;
    private double _value;
    private bool _hasValue;
    private double _sum;
    private bool _hasSum;
    private decimal _time;
    private bool _hasTime;
    private int _version;

    /// <summary>Takes one record; on false <paramref name="problem"/> says what is wrong with it.</summary>
    internal bool TryAdd(scoped in SenmlRecord record, out string problem)
    {
        problem = "";
        TakeBase(record);
        if (_version > VersionMax)
        {
            problem = $"it is of version {_version}; versions up to {VersionMax} are understood";
            return false;
        }

        var hasValue = record.HasValue || (_hasValue && !record.HasSum);
        if (!hasValue && !record.HasSum && !_hasSum)
        {
            // A record that carries base values only.
            return true;
        }

        if (!TryName(record.Name, out var device, out var measurement))
        {
            problem = "it has no name: neither n nor bn";
            return false;
        }

        var time = TimeOf(record);
        var unit = record.Unit.IsEmpty ? _unit : record.Unit;
        if (hasValue)
        {
            var value = record.HasValue && (!record.IsNumber || !_hasValue)
                ? record.Value
                : ReadingValue.Of(_value + record.Number);
            batch.Add(new Reading(measurement, value, time, unit, device));
        }

        if (record.HasSum || _hasSum)
        {
            var length = batch.Name.Count;
            batch.Name.Add(measurement);
            batch.Name.Add("_sum"u8);
            var sum = record.HasSum && !_hasSum ? record.Sum : ReadingValue.Of(_sum + record.SumNumber);
            batch.Add(new Reading(batch.Name.All[length..], sum, time, SumUnit(unit), device));
            batch.Name.CutTo(length);
        }

        return true;
    }

    private void TakeBase(scoped in SenmlRecord record)
    {
        _name = record.HasBaseName ? record.BaseName : _name;
        _unit = record.HasBaseUnit ? record.BaseUnit : _unit;
        _value = record.HasBaseValue ? record.BaseValue : _value;
        _hasValue |= record.HasBaseValue;
        _sum = record.HasBaseSum ? record.BaseSum : _sum;
        _hasSum |= record.HasBaseSum;
        _time = record.HasBaseTime ? record.BaseTime : _time;
        _hasTime |= record.HasBaseTime;
        _version = record.Version > 0 ? record.Version : _version;
    }

    private readonly bool TryName(
        ReadOnlySpan<byte> name, out ReadOnlySpan<byte> device, out ReadOnlySpan<byte> measurement)
    {
        var owner = _name.TrimEnd(":/-_."u8);
        var isUrn = _name.IsEmpty && name.StartsWith("urn:"u8);
        device = isUrn ? name : owner;
        measurement = name.IsEmpty || isUrn ? "value"u8 : name;
        if (routeNamesDevice)
        {
            device = default;
        }

        return !_name.IsEmpty || !name.IsEmpty;
    }

    private readonly ReadingTime TimeOf(scoped in SenmlRecord record)
    {
        if (!record.HasTime && !_hasTime)
        {
            return default;
        }

        var seconds = _time + record.Time;
        if (seconds is > SecondsMax or < -SecondsMax)
        {
            return ReadingTime.Unusable;
        }

        var microseconds = (long)decimal.Round(seconds * MicrosecondsPerSecond);
        return ReadingTime.Of(
            seconds < RelativeSecondsMax ? batch.Now.UnixMicroseconds + microseconds : microseconds);
    }

    /// <summary>A sum is the integral over time: of watts it has joules.</summary>
    private static ReadOnlySpan<byte> SumUnit(ReadOnlySpan<byte> unit) =>
        unit.SequenceEqual("W"u8) ? "J"u8 : default;
}
