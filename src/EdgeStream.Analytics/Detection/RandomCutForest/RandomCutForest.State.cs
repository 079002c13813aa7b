namespace EdgeStream.Analytics.Detection;

/// <content>A forest as bytes.</content>
/// <remarks>
/// Frozen, little-endian: version u8 (1), columns i32, trees i32, points of a tree i32, time decay i32, shingle i32,
/// seed
/// i64, state of randomness i64, points so far i64, points before the first shingle i32, the shingle f32 each. Then by
/// tree: count of points i32, next taken i64; the nodes in depth-first order, left first, a node as dimension u16 and
/// cut
/// f32, a leaf as 65535 u16, mass u16 and its point f32 each; the numbers of the sample as they lie in the heap f64 and
/// beside each its leaf's place among the leaves u16. Boxes and masses follow from the leaves.
/// </remarks>
public sealed partial class RandomCutForest
{
    private const byte Version = 1;
    private const ushort LeafMark = 0xFFFF;
    private const int HeadBytes = 1 + (5 * sizeof(int)) + (3 * sizeof(long)) + sizeof(int);
    private const int NodeBytes = sizeof(ushort) + sizeof(float);
    private const int SampleBytes = sizeof(double) + sizeof(ushort);

    /// <summary>The most that <see cref="Save"/> writes, in bytes.</summary>
    public int SavedBytesMax
    {
        get
        {
            var leafBytes = (2 * sizeof(ushort)) + (_dimensions * sizeof(float));
            var treeBytes = sizeof(int) + sizeof(long)
                + (_options.SubSampleSize * (NodeBytes + leafBytes + SampleBytes));
            return HeadBytes + (_dimensions * sizeof(float)) + (_trees.Length * treeBytes);
        }
    }

    /// <summary>Writes all that decides the scores to come; the number of bytes.</summary>
    /// <param name="destination">At least <see cref="SavedBytesMax"/> bytes.</param>
    public int Save(Span<byte> destination)
    {
        var writer = new SavedFieldWriter(destination);
        writer.Add(Version);
        writer.Add(_columns);
        writer.Add(_options.NumberOfTrees);
        writer.Add(_options.SubSampleSize);
        writer.Add(_options.TimeDecay);
        writer.Add(_options.ShingleSize);
        writer.Add((long)_options.Seed);
        writer.Add((long)_random.State);
        writer.Add(_points);
        writer.Add(_shingled);
        AddPoint(ref writer, _shingle);
        Span<ushort> ordinals = stackalloc ushort[_options.SubSampleSize];
        for (var tree = 0; tree < _trees.Length; tree++)
        {
            SaveTree(ref writer, _trees[tree], _samples[tree], ordinals);
        }

        return writer.Length;
    }

    /// <summary>A forest that goes on where a saved one stood; null where the bytes are none of this version, or not
    /// whole.</summary>
    public static RandomCutForest? TryLoad(ReadOnlySpan<byte> source)
    {
        var reader = new SavedFieldReader(source);
        if (reader.Byte() != Version)
        {
            return null;
        }

        var columns = reader.Int();
        var options = new RandomCutForestOptions
        {
            NumberOfTrees = reader.Int(),
            SubSampleSize = reader.Int(),
            TimeDecay = reader.Int(),
            ShingleSize = reader.Int(),
            Seed = (ulong)reader.Long(),
        };
        try
        {
            var forest = new RandomCutForest(columns, options);
            return forest.Load(ref reader) && !reader.IsDamaged && reader.Rest.IsEmpty ? forest : null;
        }
        catch (ArgumentOutOfRangeException)
        {
            return null;
        }
    }

    private static void AddPoint(ref SavedFieldWriter writer, ReadOnlySpan<float> point)
    {
        foreach (var value in point)
        {
            writer.Add(value);
        }
    }

    private static void SaveTree(
        ref SavedFieldWriter writer, CutTree tree, DecayingSample sample, scoped Span<ushort> ordinals)
    {
        writer.Add(sample.Count);
        writer.Add(sample.NextTaken);
        var leaves = 0;
        Span<ushort> open = stackalloc ushort[ordinals.Length + 1];
        var depth = 0;
        if (tree.Root != CutTree.None)
        {
            open[depth++] = tree.Root;
        }

        while (depth > 0)
        {
            var place = open[--depth];
            if ((place & CutTree.LeafBit) == 0)
            {
                ref readonly var node = ref tree.NodeAt(place);
                writer.Add(node.Dimension);
                writer.Add(node.Cut);
                open[depth++] = node.Right;
                open[depth++] = node.Left;
                continue;
            }

            var leaf = place & ~CutTree.LeafBit;
            ordinals[leaf] = (ushort)leaves++;
            writer.Add(LeafMark);
            writer.Add((ushort)tree.LeafMassAt(leaf));
            AddPoint(ref writer, tree.PointAt(leaf));
        }

        for (var index = 0; index < sample.Count; index++)
        {
            writer.Add(sample.Numbers[index]);
            writer.Add(ordinals[sample.Leaves[index]]);
        }
    }

    private bool Load(ref SavedFieldReader reader)
    {
        _random = new SplitMix((ulong)reader.Long());
        _points = reader.Long();
        _shingled = reader.Int();
        for (var index = 0; index < _dimensions; index++)
        {
            _shingle[index] = reader.Float();
        }

        for (var tree = 0; tree < _trees.Length; tree++)
        {
            if (!LoadTree(ref reader, _trees[tree], _samples[tree]))
            {
                return false;
            }
        }

        return true;
    }

    private bool LoadTree(ref SavedFieldReader reader, CutTree tree, DecayingSample sample)
    {
        var count = reader.Int();
        var nextTaken = reader.Long();
        if (count < 0 || count > _options.SubSampleSize)
        {
            return false;
        }

        Span<ushort> places = stackalloc ushort[_options.SubSampleSize];
        var leaves = 0;
        if (count > 0)
        {
            var root = LoadPlace(ref reader, tree, places, ref leaves);
            if (root == CutTree.None)
            {
                return false;
            }

            tree.SetRoot(root);
        }

        Span<double> numbers = stackalloc double[_options.SubSampleSize];
        Span<ushort> sampled = stackalloc ushort[_options.SubSampleSize];
        for (var index = 0; index < count; index++)
        {
            numbers[index] = reader.Double();
            var ordinal = reader.UShort();
            if (ordinal >= leaves)
            {
                return false;
            }

            sampled[index] = (ushort)(places[ordinal] & ~CutTree.LeafBit);
        }

        sample.Restore(numbers[..count], sampled[..count], nextTaken);
        return tree.Mass == count;
    }

    /// <summary>Reads a part of a tree from its inner node on: nodes wait until both their sides are there.</summary>
    private ushort LoadPlace(ref SavedFieldReader reader, CutTree tree, scoped Span<ushort> leafPlaces, ref int leaves)
    {
        // A node that waits, and its left side once that is there.
        Span<(ushort Dimension, float Cut, ushort Left)> open =
            new (ushort, float, ushort)[_options.SubSampleSize];
        Span<float> point = stackalloc float[DimensionsMax];
        var depth = 0;
        while (!reader.IsDamaged)
        {
            var dimension = reader.UShort();
            if (dimension != LeafMark)
            {
                if (depth == open.Length - 1 || dimension >= _dimensions)
                {
                    return CutTree.None;
                }

                open[depth++] = (dimension, reader.Float(), CutTree.None);
                continue;
            }

            if (leaves == leafPlaces.Length)
            {
                return CutTree.None;
            }

            var mass = reader.UShort();
            for (var index = 0; index < _dimensions; index++)
            {
                point[index] = reader.Float();
            }

            var place = leafPlaces[leaves++] = tree.AddLeaf(point[.._dimensions], mass);
            while (depth > 0 && open[depth - 1].Left != CutTree.None)
            {
                depth--;
                place = tree.AddNode(open[depth].Dimension, open[depth].Cut, open[depth].Left, place);
            }

            if (depth == 0)
            {
                return place;
            }

            open[depth - 1].Left = place;
        }

        return CutTree.None;
    }
}
