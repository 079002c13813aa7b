namespace EdgeStream.Analytics.Detection;

/// <content>What a detector has learnt, as bytes.</content>
/// <remarks>
/// Frozen, little-endian: version u8 (2), count i64, last value f64, average step f64, usual step f64, time of the last
/// and of the first value i64, the last explanation (spreads f64, expectation f64, rarity f64, stuck or not u8,
/// seasonal
/// or not u8), eight averages f64, <see cref="EpisodeGate"/>, <see cref="StuckValue"/>, <see cref="SeasonalForecast"/>,
/// twelve <see cref="SignedTails"/>, the histogram of the sums, and <see cref="DailyRecurrence"/>, which version 1 has
/// not. Bins that are empty take no room.
/// </remarks>
public sealed partial class AnomalyDetector
{
    private const byte Version = 2;
    private const byte VersionWithoutDays = 1;
    private const int FixedBytes = 1 + (10 * sizeof(long)) + 2;

    /// <summary>The most that <see cref="Save"/> writes, in bytes.</summary>
    public int SavedBytesMax => FixedBytes + (_averages.Length * sizeof(double)) + EpisodeGate.SavedBytes
        + StuckValue.SavedBytes + SeasonalForecast.SavedBytes + (Quantities * _tails[0].SavedBytesMax)
        + _sums.SavedBytesMax + DailyRecurrence.SizeBytes;

    /// <summary>Writes all that decides the scores to come; the number of bytes, mostly some ten thousand.</summary>
    /// <param name="destination">At least <see cref="SavedBytesMax"/> bytes.</param>
    public int Save(Span<byte> destination)
    {
        var writer = new SavedFieldWriter(destination);
        writer.Add(Version);
        writer.Add(_count);
        writer.Add(_last);
        writer.Add(_stepAverage);
        writer.Add(_stepUsual);
        writer.Add(_lastSeconds);
        writer.Add(_firstSeconds);
        writer.Add(_lastSpreads);
        writer.Add(_lastExpected);
        writer.Add(_lastRarity);
        writer.Add((byte)(_isStuck ? 1 : 0));
        writer.Add((byte)(_lastSeasonal ? 1 : 0));
        writer.Add(_averages);
        _gate.Write(writer.Rest);
        writer.Advance(EpisodeGate.SavedBytes);
        _stuck.Write(writer.Rest);
        writer.Advance(StuckValue.SavedBytes);
        _forecast.Write(ref writer);
        foreach (var tails in _tails)
        {
            writer.Advance(tails.Write(writer.Rest));
        }

        writer.Advance(_sums.Write(writer.Rest));
        _daily.Write(ref writer);
        return writer.Length;
    }

    /// <summary>A detector that goes on where a saved one stood; null where the bytes are none of a known version, or
    /// not whole.</summary>
    public static AnomalyDetector? TryLoad(ReadOnlySpan<byte> source)
    {
        var reader = new SavedFieldReader(source);
        var detector = new AnomalyDetector();
        var version = reader.Byte();
        return version is Version or VersionWithoutDays && detector.Load(ref reader, version) ? detector : null;
    }

    private bool Load(ref SavedFieldReader reader, byte version)
    {
        _count = reader.Long();
        _last = reader.Double();
        _stepAverage = reader.Double();
        _stepUsual = reader.Double();
        _lastSeconds = reader.Long();
        _firstSeconds = reader.Long();
        _lastSpreads = reader.Double();
        _lastExpected = reader.Double();
        _lastRarity = reader.Double();
        _isStuck = reader.Byte() != 0;
        _lastSeasonal = reader.Byte() != 0;
        reader.Doubles(_averages);
        if (reader.Take(EpisodeGate.SavedBytes) is { IsEmpty: false } gate)
        {
            _gate.Read(gate);
        }

        if (reader.Take(StuckValue.SavedBytes) is { IsEmpty: false } stuck)
        {
            _stuck = StuckValue.Read(stuck);
        }

        _forecast.Read(ref reader);
        foreach (var tails in _tails)
        {
            reader.Advance(tails.Read(reader.Rest));
        }

        reader.Advance(_sums.Read(reader.Rest));
        if (version != VersionWithoutDays)
        {
            _daily.Read(ref reader);
        }

        return !reader.IsDamaged && reader.Rest.IsEmpty;
    }
}
