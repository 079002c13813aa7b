namespace EdgeStream.Gateway.Config;

/// <summary>A mapping whose keys a person chooses, each with a text.</summary>
internal sealed class SchemaMap(string name, string documentation, int countMax) : SchemaNode(name, documentation)
{
    /// <summary>How many keys there may be.</summary>
    public int CountMax { get; } = countMax;
}
