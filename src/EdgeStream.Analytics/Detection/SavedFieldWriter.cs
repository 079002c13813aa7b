using System.Buffers.Binary;

namespace EdgeStream.Analytics.Detection;

/// <summary>Writes fields one behind the other, little-endian.</summary>
internal ref struct SavedFieldWriter(Span<byte> destination)
{
    private readonly Span<byte> _destination = destination;

    /// <summary>How many bytes are written.</summary>
    public int Length { get; private set; }

    /// <summary>What is not written yet.</summary>
    public readonly Span<byte> Rest => _destination[Length..];

    public void Add(double value)
    {
        BinaryPrimitives.WriteDoubleLittleEndian(Rest, value);
        Length += sizeof(double);
    }

    public void Add(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(Rest, value);
        Length += sizeof(long);
    }

    public void Add(int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(Rest, value);
        Length += sizeof(int);
    }

    public void Add(float value)
    {
        BinaryPrimitives.WriteSingleLittleEndian(Rest, value);
        Length += sizeof(float);
    }

    public void Add(ushort value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(Rest, value);
        Length += sizeof(ushort);
    }

    public void Add(byte value)
    {
        Rest[0] = value;
        Length++;
    }

    public void Add(ReadOnlySpan<double> values)
    {
        foreach (var value in values)
        {
            Add(value);
        }
    }

    public void Add(ReadOnlySpan<int> values)
    {
        foreach (var value in values)
        {
            Add(value);
        }
    }

    /// <summary>Passes over what was written into <see cref="Rest"/>.</summary>
    public void Advance(int bytes) => Length += bytes;
}
