using System.Buffers.Binary;

namespace EdgeStream.Analytics.Detection;

/// <summary>How often magnitudes were seen, in a fixed number of bins, and how rare one is among them.</summary>
/// <remarks>
/// The older a magnitude, the less it counts: after <c>memory</c> values more, 1/e of it is left. Ages are kept as a
/// weight of the newest that grows, so that adding touches one bin.
/// </remarks>
internal sealed class TailHistogram(int bins)
{
    private const double WeightMax = 1e6;

    // A bin that holds less than this of one value has been forgotten.
    private const double ForgottenCount = 1e-3;

    // Four bins are an octave, or four tenths of a rarity.
    private const double BinsPerStep = 4;
    private const double StepsBeyondMax = 3;

    private const int TotalOffset = 0;
    private const int WeightOffset = 8;
    private const int HighestOffset = 16;
    private const int UsedOffset = 18;
    private const int BinsOffset = 20;
    private const int BinSizeBytes = sizeof(ushort) + sizeof(float);

    private readonly float[] _counts = new float[bins];
    private double _total;
    private double _weight = 1;
    private int _highest;

    /// <summary>How many values stand in it, the older ones in part.</summary>
    public double Count => _total / _weight;

    /// <summary>What the bins take in memory.</summary>
    public int SizeBytes => bins * sizeof(float);

    /// <summary>Adds a value by its place among the bins, 0 to the number of bins.</summary>
    public void Add(double position, double memory)
    {
        var bin = BinOf(position);
        _counts[bin] += (float)_weight;
        _total += _weight;
        _highest = Math.Max(_highest, bin);
        if (Count >= memory)
        {
            _weight *= 1 + (1 / memory);
        }

        if (_weight > WeightMax)
        {
            Rescale();
        }
    }

    /// <summary>
    /// The negative decimal logarithm of the share of values that lie as far out; what lies beyond all of them is
    /// rarer by <paramref name="slope"/> for each step of four bins.
    /// </summary>
    public double Rarity(double position, double slope)
    {
        if (_total == 0)
        {
            return 0;
        }

        var bin = BinOf(position);
        var forgotten = ForgottenCount * _weight;
        var above = 0.0;
        var isWithin = _counts[bin] > forgotten;
        for (var index = _highest; index > bin; index--)
        {
            above += _counts[index];
            isWithin |= _counts[index] > forgotten;
        }

        above += bin > 0 ? _counts[bin] * (1 - Math.Min(position - bin, 1)) : _counts[bin];
        var rarity = -Math.Log10(((above / _weight) + 1) / (Count + 1));
        if (isWithin)
        {
            return rarity;
        }

        var nearest = bin;
        while (nearest > 0 && _counts[nearest] <= forgotten)
        {
            nearest--;
        }

        var steps = (position - nearest - 1) / BinsPerStep;
        return nearest > 0 && steps > 0 ? rarity + (slope * Math.Min(steps, StepsBeyondMax)) : rarity;
    }

    /// <summary>The length of what <see cref="Write"/> writes if every bin is in use.</summary>
    public int SavedBytesMax => BinsOffset + (bins * BinSizeBytes);

    /// <summary>Writes the state; the number of bytes.</summary>
    /// <remarks>
    /// Frozen, little-endian: total f64, weight f64, highest bin u16, count of bins in use u16, each of them with its
    /// place u16 and its count f32.
    /// </remarks>
    public int Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteDoubleLittleEndian(destination[TotalOffset..], _total);
        BinaryPrimitives.WriteDoubleLittleEndian(destination[WeightOffset..], _weight);
        BinaryPrimitives.WriteUInt16LittleEndian(destination[HighestOffset..], (ushort)_highest);
        var used = 0;
        for (var bin = 0; bin < _counts.Length; bin++)
        {
            if (_counts[bin] != 0)
            {
                var entry = destination[(BinsOffset + (used++ * BinSizeBytes))..];
                BinaryPrimitives.WriteUInt16LittleEndian(entry, (ushort)bin);
                BinaryPrimitives.WriteSingleLittleEndian(entry[sizeof(ushort)..], _counts[bin]);
            }
        }

        BinaryPrimitives.WriteUInt16LittleEndian(destination[UsedOffset..], (ushort)used);
        return BinsOffset + (used * BinSizeBytes);
    }

    /// <summary>Takes over what <see cref="Write"/> wrote; the number of bytes, or -1 where they are none.</summary>
    public int Read(ReadOnlySpan<byte> source)
    {
        if (source.Length < BinsOffset)
        {
            return -1;
        }

        var used = BinaryPrimitives.ReadUInt16LittleEndian(source[UsedOffset..]);
        var length = BinsOffset + (used * BinSizeBytes);
        _highest = BinaryPrimitives.ReadUInt16LittleEndian(source[HighestOffset..]);
        if (source.Length < length || _highest >= _counts.Length)
        {
            return -1;
        }

        _total = BinaryPrimitives.ReadDoubleLittleEndian(source[TotalOffset..]);
        _weight = BinaryPrimitives.ReadDoubleLittleEndian(source[WeightOffset..]);
        Array.Clear(_counts);
        for (var entry = BinsOffset; entry < length; entry += BinSizeBytes)
        {
            var bin = BinaryPrimitives.ReadUInt16LittleEndian(source[entry..]);
            if (bin >= _counts.Length)
            {
                return -1;
            }

            _counts[bin] = BinaryPrimitives.ReadSingleLittleEndian(source[(entry + sizeof(ushort))..]);
        }

        return length;
    }

    private void Rescale()
    {
        for (var index = 0; index <= _highest; index++)
        {
            _counts[index] = (float)(_counts[index] / _weight);
        }

        _total /= _weight;
        _weight = 1;
    }

    private int BinOf(double position) => (int)Math.Clamp(position, 0, _counts.Length - 1);
}
