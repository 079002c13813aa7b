namespace EdgeStream.Gateway.Config;

/// <summary>A mapping with a fixed set of keys.</summary>
internal sealed class SchemaSection(string name, string documentation, params SchemaNode[] children)
    : SchemaNode(name, documentation)
{
    /// <summary>The keys that are allowed, in the order of the documentation.</summary>
    public IReadOnlyList<SchemaNode> Children { get; } = children;

    /// <summary>Finds a key by its exact name.</summary>
    public SchemaNode? Find(string key)
    {
        foreach (var child in Children)
        {
            if (child.Name == key)
            {
                return child;
            }
        }

        return null;
    }
}
