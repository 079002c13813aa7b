namespace EdgeStream.Mqtt;

/// <summary>One topic level of a tree: its name, and what a <see cref="LevelTable"/> finds it by.</summary>
internal abstract class LevelNode
{
    protected LevelNode(byte[] name)
    {
        Name = name;
        Hash = LevelTable.HashOf(name);
    }

    /// <summary>The level's UTF-8 bytes.</summary>
    internal byte[] Name { get; }

    internal int Hash { get; }
}
