namespace EdgeStream.Gateway.Config;

/// <summary>One key of the configuration file and what may stand there.</summary>
internal abstract class SchemaNode(string name, string documentation)
{
    /// <summary>The key as it is written in the file.</summary>
    public string Name { get; } = name;

    /// <summary>One sentence for the reader of the example file.</summary>
    public string Documentation { get; } = documentation;
}
