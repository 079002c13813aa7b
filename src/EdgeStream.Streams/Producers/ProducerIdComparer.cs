namespace EdgeStream.Streams;

/// <summary>Compares producers' ids by their bytes, also ones that are not copied yet.</summary>
internal sealed class ProducerIdComparer
    : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
{
    internal static readonly ProducerIdComparer Instance = new();

    public bool Equals(byte[]? one, byte[]? other) => one.AsSpan().SequenceEqual(other);

    public int GetHashCode(byte[] id) => GetHashCode(id.AsSpan());

    public bool Equals(ReadOnlySpan<byte> id, byte[] other) => id.SequenceEqual(other);

    public int GetHashCode(ReadOnlySpan<byte> id)
    {
        var hash = new HashCode();
        hash.AddBytes(id);
        return hash.ToHashCode();
    }

    public byte[] Create(ReadOnlySpan<byte> id) => id.ToArray();
}
