using System.Text;
using System.Text.Json;

namespace EdgeStream.Delivery;

/// <summary>A level of the tree of columns: which members and items of a JSON value lead to some.</summary>
internal sealed class PathNode
{
    private readonly List<(byte[] Name, PathNode Node)> _members = [];
    private readonly List<(int Index, PathNode Node)> _items = [];

    /// <summary>The columns that are the value itself.</summary>
    public List<int> Columns { get; } = [];

    /// <summary>The names that lead here where columns are discovered; null where they are not.</summary>
    public List<string>? Names { get; init; }

    /// <summary>Whether members lead to columns, or can.</summary>
    public bool HasMembers => _members.Count > 0 || Names is not null;

    /// <summary>Whether items lead to columns.</summary>
    public bool HasItems => _items.Count > 0;

    /// <summary>Adds a column at the end of a path.</summary>
    public void Add(IReadOnlyList<(string? Name, int Index)> steps, int column)
    {
        var node = this;
        foreach (var (name, index) in steps)
        {
            node = name is null ? node.Item(index) : node.Member(Encoding.UTF8.GetBytes(name));
        }

        node.Columns.Add(column);
    }

    /// <summary>The member of that name, made where it is not there.</summary>
    public PathNode Member(byte[] name)
    {
        foreach (var (known, node) in _members)
        {
            if (known.AsSpan().SequenceEqual(name))
            {
                return node;
            }
        }

        var made = new PathNode { Names = Names is null ? null : [.. Names, Encoding.UTF8.GetString(name)] };
        _members.Add((name, made));
        return made;
    }

    /// <summary>The member whose name the reader stands on; null where no column is there.</summary>
    public PathNode? Find(ref Utf8JsonReader reader)
    {
        foreach (var (name, node) in _members)
        {
            if (reader.ValueIsEscaped ? reader.ValueTextEquals(name) : reader.ValueSpan.SequenceEqual(name))
            {
                return node;
            }
        }

        return null;
    }

    /// <summary>The item of that place; null where no column is there.</summary>
    public PathNode? Find(int index)
    {
        foreach (var (known, node) in _items)
        {
            if (known == index)
            {
                return node;
            }
        }

        return null;
    }

    private PathNode Item(int index)
    {
        if (Find(index) is { } found)
        {
            return found;
        }

        var made = new PathNode();
        _items.Add((index, made));
        return made;
    }
}
