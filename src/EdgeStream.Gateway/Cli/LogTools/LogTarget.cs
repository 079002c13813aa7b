using EdgeStream.Storage;

namespace EdgeStream.Gateway.Cli.LogTools;

/// <summary>One shard log that a command is about.</summary>
/// <param name="Stream">The stream's name; <c>state</c> for the gateway's own state.</param>
/// <param name="Shard">The shard's id; empty for the state.</param>
/// <param name="Folder">Where its segments are.</param>
internal sealed record LogTarget(string Stream, string Shard, string Folder)
{
    /// <summary>The folder, and the name, of the gateway's own state.</summary>
    public const string StateName = "state";

    /// <summary>Whether this is the gateway's own state.</summary>
    public bool IsState => Shard.Length == 0 && Stream == StateName;

    /// <summary>How a person calls it: <c>readings/shardId-000000000000</c>.</summary>
    public string Name => Shard.Length == 0 ? Stream : $"{Stream}/{Shard}";

    /// <summary>
    /// The size of its segment files; a file that a running gateway lets go at this moment has none.
    /// </summary>
    public long MeasureFiles()
    {
        long size = 0;
        foreach (var file in Directory.GetFiles(Folder, "*.log"))
        {
            try
            {
                size += new FileInfo(file).Length;
            }
            catch (FileNotFoundException)
            {
                // Let go at this moment.
            }
        }

        return size;
    }

    /// <summary>What is known to be wrong with times in its data folder.</summary>
    public ClockCorrections Corrections { get; init; } = ClockCorrections.None;

    /// <summary>The keys of its encrypted segments; null when there are none.</summary>
    public LogEncryption? Encryption { get; init; }
}
