namespace EdgeStream.Gateway.Config;

/// <summary>A list of mappings that all have the same keys.</summary>
internal sealed class SchemaList(string name, string documentation, int countMax, params SchemaNode[] itemKeys)
    : SchemaNode(name, documentation)
{
    /// <summary>The keys of one item.</summary>
    public SchemaSection Item { get; } = new(name + "[]", documentation, itemKeys);

    /// <summary>How many items there may be.</summary>
    public int CountMax { get; } = countMax;
}
