namespace EdgeStream.Analytics.Detection;

/// <summary>Scores points of a stream by how easily random cuts part them from a sample of the points before.</summary>
/// <remarks>
/// <para>Robust random cut forest (S. Guha, N. Mishra, G. Roy, O. Schrijvers: Robust Random Cut Forest Based Anomaly
/// Detection
/// On Streams, ICML 2016). Each tree holds its own sample, in which younger points count more. A point's score in a
/// tree
/// is the expected 1 / (depth + 1) at which a cut parts it from the tree's points, times log2 of the tree's points plus
/// one; the forest's is the mean. Points like those before score below 1, clear outliers 2 to 5. The first quarter of a
/// sample scores 0.</para>
/// <para>Scores depend on the points, their order and the seed only. Memory is fixed (<see cref="SizeBytes"/>); a point
/// allocates nothing. Points are held in single precision. One with a value that is no number scores 0 and is not
/// learnt.
/// Not safe for use by several threads at once.</para>
/// </remarks>
public sealed partial class RandomCutForest
{
    /// <summary>How many columns a point may have, times the shingle.</summary>
    public const int DimensionsMax = 1000;

    private const float MagnitudeMax = 1e30f;
    private const int SilentShare = 4;
    private const int DepthsKept = 256;
    private const int WalksAtOnce = 8;

    private static readonly double[] UnseenScores = CreateUnseenScores();

    private readonly RandomCutForestOptions _options;
    private readonly int _columns;
    private readonly int _dimensions;
    private readonly CutTree[] _trees;
    private readonly DecayingSample[] _samples;
    private readonly float[] _point;
    private readonly float[] _shingle;
    private readonly double[] _low;
    private readonly double[] _high;
    private SplitMix _random;
    private long _points;
    private int _shingled;

    /// <summary>Creates an empty forest.</summary>
    /// <param name="columns">How many numbers a point has.</param>
    /// <param name="options">Sizes; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is out of its range.</exception>
    public RandomCutForest(int columns, RandomCutForestOptions? options = null)
    {
        _options = options ?? new RandomCutForestOptions();
        _options.Check();
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(columns * (long)_options.ShingleSize, DimensionsMax);
        _columns = columns;
        _dimensions = columns * _options.ShingleSize;
        _trees = new CutTree[_options.NumberOfTrees];
        _samples = new DecayingSample[_options.NumberOfTrees];
        for (var tree = 0; tree < _trees.Length; tree++)
        {
            _trees[tree] = new CutTree(_options.SubSampleSize, _dimensions);
            _samples[tree] = new DecayingSample(_options.SubSampleSize, 1.0 / _options.TimeDecay);
        }

        _point = new float[columns];
        _shingle = new float[_dimensions];
        _low = new double[_dimensions];
        _high = new double[_dimensions];
        _random = new SplitMix(_options.Seed);
    }

    /// <summary>How many numbers a point has.</summary>
    public int Columns => _columns;

    /// <summary>What the arrays of the forest take in memory.</summary>
    public long SizeBytes => (_trees.Length * ((long)_trees[0].SizeBytes + _samples[0].SizeBytes))
        + ((_point.Length + _shingle.Length) * sizeof(float))
        + ((_low.Length + _high.Length) * sizeof(double));

    /// <summary>The trees, for who checks them.</summary>
    internal IReadOnlyList<CutTree> Trees => _trees;

    /// <summary>The samples, for who checks them.</summary>
    internal IReadOnlyList<DecayingSample> Samples => _samples;

    private bool IsSilent => _points <= _options.SubSampleSize / SilentShare;

    /// <summary>The score of the next point, which is learnt after it.</summary>
    /// <param name="point">Its numbers, one a column.</param>
    public double Score(ReadOnlySpan<double> point)
    {
        if (!TryShingle(point))
        {
            return 0;
        }

        var sum = 0.0;
        if (!IsSilent)
        {
            sum = _dimensions == 1 ? SumOfScores(_shingle[0]) : SumOfScores(_shingle);
        }

        Learn();
        return sum / _trees.Length;
    }

    /// <summary>The score of the next point and each column's part of it; the point is learnt after it.</summary>
    /// <param name="point">Its numbers, one a column.</param>
    /// <param name="low">Receives by column how much of the score is for being lower than others.</param>
    /// <param name="high">Receives by column how much of it is for being higher; all parts add up to the score.</param>
    public double Score(ReadOnlySpan<double> point, Span<double> low, Span<double> high)
    {
        low[.._columns].Clear();
        high[.._columns].Clear();
        if (!TryShingle(point))
        {
            return 0;
        }

        Array.Clear(_low);
        Array.Clear(_high);
        var sum = 0.0;
        if (!IsSilent)
        {
            foreach (var tree in _trees)
            {
                sum += Attribute(tree);
            }
        }

        for (var dimension = 0; dimension < _dimensions; dimension++)
        {
            low[dimension % _columns] += _low[dimension] / _trees.Length;
            high[dimension % _columns] += _high[dimension] / _trees.Length;
        }

        Learn();
        return sum / _trees.Length;
    }

    /// <summary>Moves the point into the shingle, the youngest last; false while the shingle is not full, or for a
    /// point
    /// with something that is no number.</summary>
    private bool TryShingle(ReadOnlySpan<double> point)
    {
        for (var column = 0; column < _columns; column++)
        {
            if (double.IsNaN(point[column]))
            {
                return false;
            }

            _point[column] = (float)Math.Clamp(point[column], -MagnitudeMax, MagnitudeMax);
        }

        _shingle.AsSpan(_columns).CopyTo(_shingle);
        _point.CopyTo(_shingle.AsSpan(_dimensions - _columns));
        if (_shingled < _options.ShingleSize - 1)
        {
            _shingled++;
            return false;
        }

        _points++;
        return true;
    }

    private void Learn()
    {
        for (var index = 0; index < _samples.Length; index++)
        {
            if (_samples[index].NextTaken <= _points)
            {
                Take(_trees[index], _samples[index]);
            }
        }
    }

    private void Take(CutTree tree, DecayingSample sample)
    {
        var bound = double.PositiveInfinity;
        if (sample.IsFull)
        {
            tree.Delete(sample.RemoveGreatest(out bound));
        }

        var leaf = tree.Insert(_shingle, ref _random);
        sample.Add(_points, leaf, bound, ref _random);
    }

    /// <summary>The way of one dimension, which most forests have.</summary>
    /// <remarks>Several trees are walked side by side, so that the processor waits for the memory of all at
    /// once.</remarks>
    private double SumOfScores(float point)
    {
        var sum = 0.0;
        Span<Walk> walks = stackalloc Walk[WalksAtOnce];
        for (var first = 0; first < _trees.Length; first += WalksAtOnce)
        {
            var trees = _trees.AsSpan(first, Math.Min(WalksAtOnce, _trees.Length - first));
            for (var index = 0; index < trees.Length; index++)
            {
                walks[index] = new Walk { Weight = 1, Place = trees[index].Root };
            }

            for (var isWalking = true; isWalking;)
            {
                isWalking = false;
                for (var index = 0; index < trees.Length; index++)
                {
                    ref var walk = ref walks[index];
                    if ((walk.Place & CutTree.LeafBit) == 0)
                    {
                        Step(ref walk, in trees[index].NodeAt(walk.Place), point);
                        isWalking = true;
                    }
                }
            }

            for (var index = 0; index < trees.Length; index++)
            {
                sum += End(in walks[index], trees[index], point);
            }
        }

        return sum;
    }

    private static void Step(ref Walk walk, in CutNode node, float point)
    {
        // No branch depends on the point: what a processor guesses wrong costs more than the division.
        var outside = Math.Max(0, Math.Max((double)node.Low - point, (double)point - node.High));
        var apart = outside / ((double)node.High - node.Low + outside);
        walk.Score += walk.Weight * apart * Unseen(walk.Depth);
        walk.Weight *= 1 - apart;
        var toRight = -(point > node.Cut ? 1 : 0);
        walk.Place = (ushort)(node.Left ^ ((node.Left ^ node.Right) & toRight));
        walk.Depth++;
    }

    private static double End(in Walk walk, CutTree tree, float point)
    {
        var leaf = walk.Place & ~CutTree.LeafBit;
        var last = tree.Points[leaf] == point
            ? Seen(walk.Depth, tree.LeafMassAt(leaf), tree.Mass)
            : Unseen(walk.Depth);
        return (walk.Score + (walk.Weight * last)) * Math.Log2(1 + tree.Mass);
    }

    private double SumOfScores(ReadOnlySpan<float> point)
    {
        var sum = 0.0;
        foreach (var tree in _trees)
        {
            sum += ScoreOf(tree, point);
        }

        return sum;
    }

    private static double ScoreOf(CutTree tree, ReadOnlySpan<float> point)
    {
        var (score, weight, depth) = (0.0, 1.0, 0);
        var place = tree.Root;
        while ((place & CutTree.LeafBit) == 0)
        {
            ref readonly var node = ref tree.NodeAt(place);
            var apart = Apart(point, tree.LowAt(place), tree.HighAt(place));
            score += weight * apart * Unseen(depth);
            weight *= 1 - apart;
            place = point[node.Dimension] <= node.Cut ? node.Left : node.Right;
            depth++;
        }

        var leaf = place & ~CutTree.LeafBit;
        score += weight
            * (point.SequenceEqual(tree.PointAt(leaf)) ? Seen(depth, tree.LeafMassAt(leaf), tree.Mass) : Unseen(depth));
        return score * Math.Log2(1 + tree.Mass);
    }

    /// <summary>The probability that a cut of the box and the point parts them.</summary>
    private static double Apart(ReadOnlySpan<float> point, ReadOnlySpan<float> low, ReadOnlySpan<float> high)
    {
        var (outside, sides) = (0.0, 0.0);
        for (var index = 0; index < point.Length; index++)
        {
            sides += (double)high[index] - low[index];
            outside += Math.Max(0, (double)low[index] - point[index]) + Math.Max(0, (double)point[index] - high[index]);
        }

        return outside > 0 ? outside / (sides + outside) : 0;
    }

    /// <summary>The score of the point in one tree, of which each dimension and direction gets its part.</summary>
    private double Attribute(CutTree tree)
    {
        ReadOnlySpan<float> point = _shingle;
        var scale = Math.Log2(1 + tree.Mass);
        var (score, weight, depth) = (0.0, 1.0, 0);
        var place = tree.Root;
        while ((place & CutTree.LeafBit) == 0)
        {
            ref readonly var node = ref tree.NodeAt(place);
            var part = weight * Unseen(depth) * scale;
            var apart = Share(tree.LowAt(place), tree.HighAt(place), part);
            score += apart * part;
            weight *= 1 - apart;
            place = point[node.Dimension] <= node.Cut ? node.Left : node.Right;
            depth++;
        }

        var leaf = place & ~CutTree.LeafBit;
        if (!point.SequenceEqual(tree.PointAt(leaf)))
        {
            var part = weight * Unseen(depth) * scale;
            Share(tree.PointAt(leaf), tree.PointAt(leaf), part);
            return score + part;
        }

        // A point that is there already stands out nowhere: its small score is everybody's.
        var seen = weight * Seen(depth, tree.LeafMassAt(leaf), tree.Mass) * scale;
        for (var index = 0; index < _dimensions; index++)
        {
            _low[index] += seen / (2 * _dimensions);
            _high[index] += seen / (2 * _dimensions);
        }

        return score + seen;
    }

    /// <summary>Gives each dimension its part by how far the point lies outside of the box in it; the probability that
    /// a cut parts them.</summary>
    private double Share(ReadOnlySpan<float> low, ReadOnlySpan<float> high, double part)
    {
        var apart = Apart(_shingle, low, high);
        if (apart == 0)
        {
            return 0;
        }

        var range = 0.0;
        for (var index = 0; index < _shingle.Length; index++)
        {
            range += (double)Math.Max(high[index], _shingle[index]) - Math.Min(low[index], _shingle[index]);
        }

        for (var index = 0; index < _shingle.Length; index++)
        {
            _low[index] += Math.Max(0, (double)low[index] - _shingle[index]) / range * part;
            _high[index] += Math.Max(0, (double)_shingle[index] - high[index]) / range * part;
        }

        return apart;
    }

    private static double Unseen(int depth) =>
        depth < DepthsKept ? UnseenScores[depth] : 1.0 / (depth + 1);

    /// <summary>The score of a point that equals a leaf: less, the more points the leaf and the fewer the tree has.
    /// </summary>
    private static double Seen(int depth, int leafMass, int treeMass) =>
        (1 - (leafMass / (2.0 * treeMass))) / (depth + Math.Log2(1 + leafMass));

    private static double[] CreateUnseenScores()
    {
        var scores = new double[DepthsKept];
        for (var depth = 0; depth < DepthsKept; depth++)
        {
            scores[depth] = 1.0 / (depth + 1);
        }

        return scores;
    }

    /// <summary>Where a tree's walk has come.</summary>
    private struct Walk
    {
        public double Score;
        public double Weight;
        public int Depth;
        public ushort Place;
    }
}
