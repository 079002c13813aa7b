using System.Buffers;
using System.Buffers.Binary;
using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>Bytes that grow as they are written, and are used again after <see cref="Clear"/>.</summary>
internal sealed class ByteBuffer : IBufferWriter<byte>
{
    private const int InitialSizeBytes = 256;

    /// <summary>Type and scale.</summary>
    private const int ValueHeadBytes = 2;

    private byte[] _bytes = new byte[InitialSizeBytes];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    public void Clear() => Length = 0;

    /// <summary>Takes back what was written behind a length.</summary>
    public void Truncate(int length) => Length = Math.Min(Length, length);

    public void Advance(int count) => Length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(1, sizeHint));
        return _bytes.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(Math.Max(1, sizeHint));
        return _bytes.AsSpan(Length);
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(Length));
        Length += bytes.Length;
    }

    public void AppendByte(byte value)
    {
        Reserve(1);
        _bytes[Length++] = value;
    }

    public void AppendInt32(int value)
    {
        Reserve(sizeof(int));
        BinaryPrimitives.WriteInt32LittleEndian(_bytes.AsSpan(Length), value);
        Length += sizeof(int);
    }

    public void AppendInt64(long value)
    {
        Reserve(sizeof(long));
        BinaryPrimitives.WriteInt64LittleEndian(_bytes.AsSpan(Length), value);
        Length += sizeof(long);
    }

    /// <summary>Appends a value in the layout of the language's saved states.</summary>
    public void AppendValue(scoped in SqlValue value)
    {
        var isText = value.Type is SqlType.Text or SqlType.Binary;
        var size = ValueHeadBytes + (isText ? sizeof(int) + value.Text.Length : value.IsNull ? 0 : sizeof(long));
        Reserve(size);
        var target = _bytes.AsSpan(Length, size);
        Length += size;
        target[1] = (byte)value.Scale;
        target[0] = (byte)value.Type;
        if (isText)
        {
            BinaryPrimitives.WriteInt32LittleEndian(target[ValueHeadBytes..], value.Text.Length);
            value.Text.CopyTo(target[(ValueHeadBytes + sizeof(int))..]);
        }
        else if (!value.IsNull)
        {
            BinaryPrimitives.WriteInt64LittleEndian(target[ValueHeadBytes..], value.Integer);
        }
    }

    private void Reserve(int count)
    {
        if (_bytes.Length - Length < count)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, Length + count));
        }
    }
}
