using EdgeStream.Storage;

namespace EdgeStream.Devices;

/// <summary>One half of a device twin. Immutable.</summary>
/// <param name="Version">Counts its changes; 0 before the first.</param>
/// <param name="UpdatedAt">When it was changed last, by the gateway's clock; without meaning at version 0.</param>
/// <param name="Json">A JSON object in UTF-8, without white space between its tokens.</param>
public sealed record TwinState(long Version, Timestamp UpdatedAt, ReadOnlyMemory<byte> Json)
{
    /// <summary>The one before the first change.</summary>
    internal static TwinState Empty { get; } = new(0, default, "{}"u8.ToArray());
}
