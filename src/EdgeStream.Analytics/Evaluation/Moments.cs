using System.Buffers.Binary;

namespace EdgeStream.Analytics;

/// <summary>Count, mean and sum of squared deviations of some values; two of them add up.</summary>
/// <remarks>
/// Values are added by B. P. Welford's update (Technometrics 4(3), 1962), sets are joined by the pairwise formula of
/// T. F. Chan, G. H. Golub and R. J. LeVeque (Updating formulae and a pairwise algorithm for computing sample
/// variances,
/// 1979). Nothing is ever subtracted again, so no cancellation builds up however long a stream runs.
/// </remarks>
internal struct Moments
{
    public const int SizeBytes = 24;

    private double _mean;
    private double _squares;

    public long Count { get; private set; }

    public readonly double Mean => _mean;

    /// <summary>The sample standard deviation, with n - 1; 0 for fewer than two values.</summary>
    public readonly double StandardDeviation => Count < 2 ? 0 : Math.Sqrt(_squares / (Count - 1));

    public void Add(double value)
    {
        Count++;
        var difference = value - _mean;
        _mean += difference / Count;
        _squares += difference * (value - _mean);
    }

    public static Moments Join(in Moments left, in Moments right)
    {
        if (left.Count == 0)
        {
            return right;
        }

        if (right.Count == 0)
        {
            return left;
        }

        var count = left.Count + right.Count;
        var difference = right._mean - left._mean;
        return new Moments
        {
            Count = count,
            _mean = left._mean + (difference * right.Count / count),
            _squares = left._squares + right._squares
                + (difference * difference * ((double)left.Count * right.Count / count)),
        };
    }

    public readonly void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteInt64LittleEndian(destination, Count);
        BinaryPrimitives.WriteDoubleLittleEndian(destination[8..], _mean);
        BinaryPrimitives.WriteDoubleLittleEndian(destination[16..], _squares);
    }

    public static Moments Read(ReadOnlySpan<byte> source) => new()
    {
        Count = BinaryPrimitives.ReadInt64LittleEndian(source),
        _mean = BinaryPrimitives.ReadDoubleLittleEndian(source[8..]),
        _squares = BinaryPrimitives.ReadDoubleLittleEndian(source[16..]),
    };
}
