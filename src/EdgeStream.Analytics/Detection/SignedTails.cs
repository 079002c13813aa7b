namespace EdgeStream.Analytics.Detection;

/// <summary>How rare a signed quantity is in its own history; each direction has its own tail.</summary>
/// <remarks>Bins are a quarter of an octave wide and reach from 2^-40 to 2^56, so that no scale has to be known.
/// </remarks>
internal sealed class SignedTails
{
    private const int BinsPerOctave = 4;
    private const int LowestExponent = -40;
    private const int Octaves = 96;
    private const double RarityMax = 6;
    private const double SlopePerOctave = 0.25;

    private readonly TailHistogram _up = new(BinsPerOctave * Octaves);
    private readonly TailHistogram _down = new(BinsPerOctave * Octaves);

    /// <summary>What the bins take in memory.</summary>
    public int SizeBytes => _up.SizeBytes + _down.SizeBytes;

    /// <summary>The rarity of a quantity among all before it, 0 to 6, which it joins.</summary>
    public double Add(double quantity, double memory)
    {
        var position = Position(Math.Abs(quantity));
        var side = quantity >= 0 ? _up : _down;
        var all = _up.Count + _down.Count;
        var rarity = side.Rarity(position, SlopePerOctave) - Math.Log10((side.Count + 1) / (all + 1));
        side.Add(position, memory);
        return Math.Clamp(rarity, 0, RarityMax);
    }

    /// <summary>The length of what <see cref="Write"/> writes at most.</summary>
    public int SavedBytesMax => _up.SavedBytesMax + _down.SavedBytesMax;

    /// <summary>Writes both directions, see <see cref="TailHistogram.Write"/>; the number of bytes.</summary>
    public int Write(Span<byte> destination)
    {
        var length = _up.Write(destination);
        return length + _down.Write(destination[length..]);
    }

    /// <summary>Takes over what <see cref="Write"/> wrote; the number of bytes, or -1 where they are none.</summary>
    public int Read(ReadOnlySpan<byte> source)
    {
        var first = _up.Read(source);
        var second = first < 0 ? -1 : _down.Read(source[first..]);
        return second < 0 ? -1 : first + second;
    }

    private static double Position(double magnitude) =>
        magnitude <= 0 ? 0 : Math.Max((Math.Log2(magnitude) - LowestExponent) * BinsPerOctave, 0);
}
