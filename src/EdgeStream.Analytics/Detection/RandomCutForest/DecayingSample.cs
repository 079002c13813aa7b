namespace EdgeStream.Analytics.Detection;

/// <summary>Which points of a stream a tree holds: a random sample in which younger points count more.</summary>
/// <remarks>
/// Weighted sampling without replacement (P. S. Efraimidis and P. G. Spirakis, Information Processing Letters 97, 2006)
/// with weights that grow by e each time constant: every point draws an exponential number, divided by its weight, and
/// the points with the least numbers stay. Numbers are kept as logarithms, so a stream may be of any length. How many
/// points are passed over until one is taken is drawn at once, by the jumps of the same paper, so that a point which
/// is not taken costs one comparison.
/// </remarks>
internal sealed class DecayingSample(int capacity, double decay)
{
    private const double TinyBound = 1e-8;

    // A heap with the greatest number first, and the leaf of each point.
    private readonly double[] _numbers = new double[capacity];
    private readonly ushort[] _leaves = new ushort[capacity];

    /// <summary>How many points are held.</summary>
    public int Count { get; private set; }

    /// <summary>The position of the next point to be taken; 0 takes any.</summary>
    public long NextTaken { get; private set; }

    /// <summary>What the arrays take in memory.</summary>
    public int SizeBytes => capacity * (sizeof(double) + sizeof(ushort));

    /// <summary>Whether a point must leave before one comes.</summary>
    public bool IsFull => Count == capacity;

    /// <summary>The numbers as they lie in the heap.</summary>
    public ReadOnlySpan<double> Numbers => _numbers.AsSpan(0, Count);

    /// <summary>The leaves beside them.</summary>
    public ReadOnlySpan<ushort> Leaves => _leaves.AsSpan(0, Count);

    /// <summary>Takes out the point with the greatest number; its leaf.</summary>
    /// <remarks>The bound that the next point has to stay below is its number.</remarks>
    public int RemoveGreatest(out double bound)
    {
        bound = _numbers[0];
        var leaf = _leaves[0];
        Count--;
        (_numbers[0], _leaves[0]) = (_numbers[Count], _leaves[Count]);
        SiftDown();
        return leaf;
    }

    /// <summary>Takes a point with the number that it draws below a bound, and draws when the next is taken.</summary>
    /// <param name="position">The point's position in the stream, from 1.</param>
    /// <param name="leaf">Its leaf.</param>
    /// <param name="bound">The logarithm that its number stays below; infinite while there is room.</param>
    /// <param name="random">Where randomness comes from.</param>
    public void Add(long position, int leaf, double bound, ref SplitMix random)
    {
        var age = decay * position;
        var reach = Math.Exp(bound + age);
        var uniform = random.NextDouble();
        var drawn = reach < TinyBound ? uniform * reach : -Math.Log(1 - (uniform * (1 - Math.Exp(-reach))));
        Push(Math.Log(drawn) - age, (ushort)leaf);
        NextTaken = IsFull ? position + Jump(position, ref random) : 0;
    }

    /// <summary>Puts back what was saved.</summary>
    public void Restore(ReadOnlySpan<double> numbers, ReadOnlySpan<ushort> leaves, long nextTaken)
    {
        numbers.CopyTo(_numbers);
        leaves.CopyTo(_leaves);
        Count = numbers.Length;
        NextTaken = nextTaken;
    }

    /// <summary>How many points on the next one is taken: the sum of their weights passes an exponential number.
    /// </summary>
    private long Jump(long position, ref SplitMix random)
    {
        var exponential = -Math.Log(random.NextDouble());
        var scaled = exponential * Math.Exp(-_numbers[0] - (decay * position)) * (1 - Math.Exp(-decay));
        var points = Math.Ceiling(Math.Log(1 + scaled) / decay);
        return (long)Math.Clamp(points, 1, long.MaxValue / 4);
    }

    private void Push(double number, ushort leaf)
    {
        var index = Count++;
        while (index > 0 && _numbers[(index - 1) / 2] < number)
        {
            (_numbers[index], _leaves[index]) = (_numbers[(index - 1) / 2], _leaves[(index - 1) / 2]);
            index = (index - 1) / 2;
        }

        (_numbers[index], _leaves[index]) = (number, leaf);
    }

    private void SiftDown()
    {
        var (number, leaf) = (_numbers[0], _leaves[0]);
        var index = 0;
        while (true)
        {
            var child = (2 * index) + 1;
            if (child >= Count)
            {
                break;
            }

            if (child + 1 < Count && _numbers[child + 1] > _numbers[child])
            {
                child++;
            }

            if (_numbers[child] <= number)
            {
                break;
            }

            (_numbers[index], _leaves[index]) = (_numbers[child], _leaves[child]);
            index = child;
        }

        (_numbers[index], _leaves[index]) = (number, leaf);
    }
}
