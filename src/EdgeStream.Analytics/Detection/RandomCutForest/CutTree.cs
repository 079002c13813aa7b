using System.Runtime.CompilerServices;

namespace EdgeStream.Analytics.Detection;

/// <summary>One tree of random cuts over a bounded set of points, all of it in a few arrays.</summary>
/// <remarks>
/// The robust random cut tree of S. Guha, N. Mishra, G. Roy and O. Schrijvers (ICML 2016): a box is cut in a dimension
/// chosen by its share of the box's sides, at a place chosen evenly. Inserting (their algorithm 2) and deleting
/// (algorithm 1) leave the tree as likely as one that was built of the same points at once. Equal points are one leaf
/// with
/// a mass. Points are single precision.
/// </remarks>
internal sealed class CutTree
{
    /// <summary>Marks the place of a leaf; the rest is its number.</summary>
    public const ushort LeafBit = 0x8000;

    /// <summary>No place.</summary>
    public const ushort None = 0xFFFF;

    private readonly int _dimensions;
    private readonly CutNode[] _nodes;
    private readonly float[] _boxes;
    private readonly float[] _points;
    private readonly ushort[] _leafParents;
    private readonly ushort[] _leafMasses;
    private readonly ushort[] _freeNodes;
    private readonly ushort[] _freeLeaves;
    private int _freeNodeCount;
    private int _freeLeafCount;

    public CutTree(int capacity, int dimensions)
    {
        _dimensions = dimensions;
        _nodes = new CutNode[capacity - 1];
        _boxes = new float[(capacity - 1) * 2 * dimensions];
        _points = new float[capacity * dimensions];
        _leafParents = new ushort[capacity];
        _leafMasses = new ushort[capacity];
        _freeNodes = new ushort[capacity - 1];
        _freeLeaves = new ushort[capacity];
        Clear();
    }

    /// <summary>The place of the root; <see cref="None"/> in an empty tree.</summary>
    public ushort Root { get; private set; } = None;

    /// <summary>How many points there are, equal ones counted each.</summary>
    public int Mass { get; private set; }

    /// <summary>What the arrays take in memory.</summary>
    public int SizeBytes => (_nodes.Length * Unsafe.SizeOf<CutNode>())
        + ((_boxes.Length + _points.Length) * sizeof(float))
        + (((3 * _leafMasses.Length) + _freeNodes.Length) * sizeof(ushort));

    public ref readonly CutNode NodeAt(int node) => ref _nodes[node];

    public ReadOnlySpan<CutNode> Nodes => _nodes;

    public ReadOnlySpan<float> Points => _points;

    public ReadOnlySpan<ushort> LeafMasses => _leafMasses;

    public ReadOnlySpan<float> PointAt(int leaf) => _points.AsSpan(leaf * _dimensions, _dimensions);

    public int LeafMassAt(int leaf) => _leafMasses[leaf];

    public ReadOnlySpan<float> LowAt(int node) => _boxes.AsSpan(node * 2 * _dimensions, _dimensions);

    public ReadOnlySpan<float> HighAt(int node) => _boxes.AsSpan(((node * 2) + 1) * _dimensions, _dimensions);

    /// <summary>Forgets all points.</summary>
    public void Clear()
    {
        Root = None;
        Mass = 0;
        (_freeNodeCount, _freeLeafCount) = (_freeNodes.Length, _freeLeaves.Length);
        for (var index = 0; index < _freeNodeCount; index++)
        {
            _freeNodes[index] = (ushort)(_freeNodeCount - 1 - index);
        }

        for (var index = 0; index < _freeLeafCount; index++)
        {
            _freeLeaves[index] = (ushort)(_freeLeafCount - 1 - index);
        }
    }

    /// <summary>Adds a point; the number of its leaf.</summary>
    public int Insert(ReadOnlySpan<float> point, ref SplitMix random)
    {
        Mass++;
        if (Root == None)
        {
            Root = NewLeaf(point, None);
            return Root & ~LeafBit;
        }

        var place = Root;
        while (true)
        {
            var isLeaf = (place & LeafBit) != 0;
            var (low, high) = BoxOf(place);
            if (isLeaf && point.SequenceEqual(low))
            {
                var leaf = place & ~LeafBit;
                _leafMasses[leaf]++;
                Grow(_leafParents[leaf], point);
                return leaf;
            }

            if (TryCut(point, low, high, isLeaf, ref random, out var dimension, out var cut))
            {
                return Split(place, point, dimension, cut) & ~LeafBit;
            }

            ref readonly var node = ref _nodes[place];
            place = point[node.Dimension] <= node.Cut ? node.Left : node.Right;
        }
    }

    /// <summary>Takes one point of a leaf out.</summary>
    public void Delete(int leaf)
    {
        Mass--;
        var parent = _leafParents[leaf];
        if (--_leafMasses[leaf] > 0)
        {
            for (; parent != None; parent = _nodes[parent].Parent)
            {
                _nodes[parent].Mass--;
            }

            return;
        }

        _freeLeaves[_freeLeafCount++] = (ushort)leaf;
        if (parent == None)
        {
            Root = None;
            return;
        }

        var place = (ushort)(leaf | LeafBit);
        var node = _nodes[parent];
        var sibling = node.Left == place ? node.Right : node.Left;
        Replace(parent, sibling);
        _freeNodes[_freeNodeCount++] = parent;
        Shrink(node.Parent);
    }

    /// <summary>Adds a leaf as it was saved; see <see cref="AddNode"/>.</summary>
    public ushort AddLeaf(ReadOnlySpan<float> point, int mass)
    {
        var place = NewLeaf(point, None);
        _leafMasses[place & ~LeafBit] = (ushort)mass;
        return place;
    }

    /// <summary>Joins two parts that stand already.</summary>
    public ushort AddNode(int dimension, float cut, ushort left, ushort right)
    {
        var place = _freeNodes[--_freeNodeCount];
        _nodes[place] = new CutNode
        {
            Cut = cut, Dimension = (ushort)dimension, Left = left, Right = right, Parent = None,
            Mass = (ushort)(MassOf(left) + MassOf(right)),
        };
        SetParent(left, place);
        SetParent(right, place);
        Unite(place);
        return place;
    }

    /// <summary>Makes a part that stands the whole tree.</summary>
    public void SetRoot(ushort place)
    {
        Root = place;
        Mass = MassOf(place);
    }

    private bool TryCut(
        ReadOnlySpan<float> point, ReadOnlySpan<float> low, ReadOnlySpan<float> high, bool isLeaf,
        ref SplitMix random, out int dimension, out float cut)
    {
        var range = 0.0;
        for (var index = 0; index < point.Length; index++)
        {
            range += (double)Math.Max(high[index], point[index]) - Math.Min(low[index], point[index]);
        }

        var rest = random.NextDouble() * range;
        (dimension, cut) = (0, 0);
        for (var index = 0; index < point.Length; index++)
        {
            double from = Math.Min(low[index], point[index]);
            var length = Math.Max(high[index], point[index]) - from;
            if (rest < length)
            {
                (dimension, cut) = (index, (float)(from + rest));
                return IsApart(point[index], low[index], high[index], ref cut);
            }

            rest -= length;
        }

        // Rounding has left nothing: a leaf is cut where it differs, anything else is passed.
        for (var index = point.Length - 1; index >= 0 && isLeaf; index--)
        {
            if (point[index] != low[index])
            {
                (dimension, cut) = (index, Math.Min(point[index], low[index]));
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether the point is on one side of the cut and the box on the other; keeps rounding from taking a cut
    /// that was between them.</summary>
    private static bool IsApart(float point, float low, float high, ref float cut)
    {
        if (point < low && (cut < low || low == high))
        {
            cut = cut < low ? cut : point;
            return true;
        }

        if (point > high && (cut >= high || low == high))
        {
            cut = cut < point ? cut : high;
            return true;
        }

        return false;
    }

    /// <summary>Puts a new leaf beside a place, under a new node; the leaf's place.</summary>
    private ushort Split(ushort place, ReadOnlySpan<float> point, int dimension, float cut)
    {
        var parent = ParentOf(place);
        var node = _freeNodes[--_freeNodeCount];
        var leaf = NewLeaf(point, node);
        var isLeft = point[dimension] <= cut;
        Replace(place, node);
        _nodes[node] = new CutNode
        {
            Cut = cut,
            Dimension = (ushort)dimension,
            Left = isLeft ? leaf : place,
            Right = isLeft ? place : leaf,
            Parent = parent,
            Mass = (ushort)(MassOf(place) + 1),
        };
        SetParent(place, node);
        Unite(node);
        Grow(parent, point);
        return leaf;
    }

    /// <summary>Puts <paramref name="other"/> where <paramref name="place"/> stands under its parent.</summary>
    private void Replace(ushort place, ushort other)
    {
        var parent = ParentOf(place);
        if (parent == None)
        {
            Root = other;
        }
        else if (_nodes[parent].Left == place)
        {
            _nodes[parent].Left = other;
        }
        else
        {
            _nodes[parent].Right = other;
        }

        SetParent(other, parent);
    }

    /// <summary>Adds a point to the boxes and masses from a node to the root.</summary>
    private void Grow(ushort node, ReadOnlySpan<float> point)
    {
        for (; node != None; node = _nodes[node].Parent)
        {
            _nodes[node].Mass++;
            var box = _boxes.AsSpan(node * 2 * _dimensions, 2 * _dimensions);
            for (var index = 0; index < point.Length; index++)
            {
                box[index] = Math.Min(box[index], point[index]);
                box[_dimensions + index] = Math.Max(box[_dimensions + index], point[index]);
            }

            (_nodes[node].Low, _nodes[node].High) = (box[0], box[_dimensions]);
        }
    }

    /// <summary>Takes one point's mass from a node to the root, and makes their boxes those of their
    /// children.</summary>
    private void Shrink(ushort node)
    {
        for (; node != None; node = _nodes[node].Parent)
        {
            _nodes[node].Mass--;
            Unite(node);
        }
    }

    private void Unite(ushort node)
    {
        var (leftLow, leftHigh) = BoxOf(_nodes[node].Left);
        var (rightLow, rightHigh) = BoxOf(_nodes[node].Right);
        var box = _boxes.AsSpan(node * 2 * _dimensions, 2 * _dimensions);
        for (var index = 0; index < _dimensions; index++)
        {
            box[index] = Math.Min(leftLow[index], rightLow[index]);
            box[_dimensions + index] = Math.Max(leftHigh[index], rightHigh[index]);
        }

        (_nodes[node].Low, _nodes[node].High) = (box[0], box[_dimensions]);
    }

    private PlaceBox BoxOf(ushort place)
    {
        if ((place & LeafBit) == 0)
        {
            return new PlaceBox(LowAt(place), HighAt(place));
        }

        var point = PointAt(place & ~LeafBit);
        return new PlaceBox(point, point);
    }

    private ushort NewLeaf(ReadOnlySpan<float> point, ushort parent)
    {
        var leaf = _freeLeaves[--_freeLeafCount];
        point.CopyTo(_points.AsSpan(leaf * _dimensions));
        _leafParents[leaf] = parent;
        _leafMasses[leaf] = 1;
        return (ushort)(leaf | LeafBit);
    }

    private int MassOf(ushort place) =>
        (place & LeafBit) == 0 ? _nodes[place].Mass : _leafMasses[place & ~LeafBit];

    private ushort ParentOf(ushort place) =>
        (place & LeafBit) == 0 ? _nodes[place].Parent : _leafParents[place & ~LeafBit];

    private void SetParent(ushort place, ushort parent)
    {
        if ((place & LeafBit) == 0)
        {
            _nodes[place].Parent = parent;
        }
        else
        {
            _leafParents[place & ~LeafBit] = parent;
        }
    }

    private readonly ref struct PlaceBox(ReadOnlySpan<float> low, ReadOnlySpan<float> high)
    {
        private readonly ReadOnlySpan<float> _low = low;
        private readonly ReadOnlySpan<float> _high = high;

        public void Deconstruct(out ReadOnlySpan<float> low, out ReadOnlySpan<float> high)
        {
            low = _low;
            high = _high;
        }
    }
}
