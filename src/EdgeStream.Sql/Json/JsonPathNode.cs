using System.Text;
using System.Text.Json;

namespace EdgeStream.Sql;

/// <summary>One level of the tree of wanted columns: which member names lead on, and which end in a slot.</summary>
internal sealed class JsonPathNode
{
    private const int NoSlot = -1;

    /// <summary>Objects seldom have more members; those behind are read anew each time.</summary>
    private const int PlacesMax = 64;

    private readonly List<JsonPathNode> _children = [];
    private readonly byte[] _name;
    private JsonPathNode[][] _buckets = [];
    private JsonMember[] _order = [];

    private JsonPathNode(string name) => _name = Encoding.UTF8.GetBytes(name);

    /// <summary>The slot of the column that ends here, or -1.</summary>
    public int Slot { get; private set; } = NoSlot;

    /// <summary>Whether columns lie deeper.</summary>
    public bool HasChildren => _children.Count > 0;

    /// <summary>Builds the tree of a set of columns.</summary>
    public static JsonPathNode Build(ColumnSet columns)
    {
        var root = new JsonPathNode("");
        foreach (var (path, slot) in columns.Slots)
        {
            var node = root;
            foreach (var name in path.Names)
            {
                node = node.GetOrAdd(name);
            }

            node.Slot = slot;
        }

        root.BuildBuckets();
        return root;
    }

    /// <summary>The child of the property name that the reader stands on, or null.</summary>
    public JsonPathNode? Find(ref Utf8JsonReader reader)
    {
        if (reader.ValueIsEscaped)
        {
            return FindEscaped(ref reader);
        }

        return Find(reader.ValueSpan);
    }

    /// <summary>The child of a name that has no escapes, or null.</summary>
    public JsonPathNode? Find(ReadOnlySpan<byte> name)
    {
        foreach (var child in _buckets[BucketOf(name, _buckets.Length)])
        {
            if (name.SequenceEqual(child._name))
            {
                return child;
            }
        }

        return null;
    }

    /// <summary>The member at a place if it is the one that stood there in the last record; null for another one.
    /// </summary>
    public JsonMember? Expect(int place, ReadOnlySpan<byte> text)
    {
        var order = _order;
        return (uint)place < (uint)order.Length && order[place] is { } member && member.IsAt(text) ? member : null;
    }

    /// <summary>Remembers what stands at a place. Each place has its memory once: nothing is allocated later.</summary>
    public void Learn(int place, ReadOnlySpan<byte> bytes, JsonPathNode? child)
    {
        if (place >= PlacesMax || bytes.Length > JsonMember.LengthMax)
        {
            return;
        }

        if (place >= _order.Length)
        {
            _order = [.. _order, new JsonMember()];
        }

        // A place that was too long to be learnt leaves the ones behind it without memory.
        if (place < _order.Length)
        {
            _order[place].Learn(bytes, child);
        }
    }

    private JsonPathNode? FindEscaped(ref Utf8JsonReader reader)
    {
        foreach (var child in _children)
        {
            if (reader.ValueTextEquals(child._name))
            {
                return child;
            }
        }

        return null;
    }

    private static int BucketOf(ReadOnlySpan<byte> name, int count) =>
        name.IsEmpty
            ? 0
            : ((name.Length * 31) + (name[0] * 7) + (name[^1] * 131) + name[name.Length / 2]) & (count - 1);

    private JsonPathNode GetOrAdd(string name)
    {
        var child = new JsonPathNode(name);
        var found = _children.Find(existing => existing._name.AsSpan().SequenceEqual(child._name));
        if (found is null)
        {
            _children.Add(child);
        }

        return found ?? child;
    }

    private void BuildBuckets()
    {
        var count = 1;
        while (count < _children.Count * 2)
        {
            count *= 2;
        }

        _buckets = new JsonPathNode[count][];
        for (var bucket = 0; bucket < count; bucket++)
        {
            _buckets[bucket] = [.. _children.Where(child => BucketOf(child._name, count) == bucket)];
        }

        foreach (var child in _children)
        {
            child.BuildBuckets();
        }
    }
}
