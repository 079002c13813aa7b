using System.Buffers.Binary;

namespace EdgeStream.Analytics.Detection;

/// <summary>Reads what <see cref="SavedFieldWriter"/> wrote. Past the end it gives zeros and says so.</summary>
internal ref struct SavedFieldReader(ReadOnlySpan<byte> source)
{
    private ReadOnlySpan<byte> _rest = source;

    /// <summary>Whether more was asked for than there was, or a part was no valid one.</summary>
    public bool IsDamaged { get; private set; }

    /// <summary>What is not read yet.</summary>
    public readonly ReadOnlySpan<byte> Rest => _rest;

    public double Double() => BitConverter.Int64BitsToDouble(Long());

    public long Long() => Take(sizeof(long)) is { IsEmpty: false } bytes
        ? BinaryPrimitives.ReadInt64LittleEndian(bytes)
        : 0;

    public int Int() => Take(sizeof(int)) is { IsEmpty: false } bytes
        ? BinaryPrimitives.ReadInt32LittleEndian(bytes)
        : 0;

    public float Float() => BitConverter.Int32BitsToSingle(Int());

    public ushort UShort() => Take(sizeof(ushort)) is { IsEmpty: false } bytes
        ? BinaryPrimitives.ReadUInt16LittleEndian(bytes)
        : (ushort)0;

    public byte Byte() => Take(1) is { IsEmpty: false } bytes ? bytes[0] : (byte)0;

    public void Doubles(Span<double> destination)
    {
        foreach (ref var value in destination)
        {
            value = Double();
        }
    }

    public void Ints(Span<int> destination)
    {
        foreach (ref var value in destination)
        {
            value = Int();
        }
    }

    /// <summary>The next bytes; empty when there are fewer.</summary>
    public ReadOnlySpan<byte> Take(int bytes)
    {
        if (bytes < 0 || bytes > _rest.Length)
        {
            IsDamaged = true;
            _rest = default;
            return default;
        }

        var taken = _rest[..bytes];
        _rest = _rest[bytes..];
        return taken;
    }

    /// <summary>Passes over a part that read itself; a negative length means that it could not.</summary>
    public void Advance(int bytes) => Take(bytes);
}
