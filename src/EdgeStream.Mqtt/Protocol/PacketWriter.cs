using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace EdgeStream.Mqtt;

/// <summary>Writes the data types of MQTT into a growing buffer, and the finished body as a packet.</summary>
/// <remarks>For packets that come once in a while. PUBLISH and the acknowledgements know their size and write
/// themselves.</remarks>
internal readonly struct PacketWriter : IDisposable
{
    private readonly PooledBuffer _body;

    private PacketWriter(PooledBuffer body)
    {
        _body = body;
    }

    internal static PacketWriter Create() => new(new PooledBuffer());

    internal int Length => _body.Length;

    /// <inheritdoc/>
    public void Dispose() => _body.Dispose();

    internal void Byte(byte value)
    {
        _body.GetSpan(1)[0] = value;
        _body.Advance(1);
    }

    internal void UInt16(ushort value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(_body.GetSpan(sizeof(ushort)), value);
        _body.Advance(sizeof(ushort));
    }

    internal void UInt32(uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(_body.GetSpan(sizeof(uint)), value);
        _body.Advance(sizeof(uint));
    }

    internal void VariableByteInteger(int value) =>
        _body.Advance(WireSize.WriteVariableByteInteger(_body.GetSpan(WireSize.VariableByteIntegerBytesMax), value));

    internal void Raw(ReadOnlySpan<byte> bytes) => _body.Write(bytes);

    internal void Binary(ReadOnlySpan<byte> bytes)
    {
        UInt16(checked((ushort)bytes.Length));
        _body.Write(bytes);
    }

    internal void Text(string text)
    {
        int length = Encoding.UTF8.GetByteCount(text);
        UInt16(checked((ushort)length));
        _body.Advance(Encoding.UTF8.GetBytes(text, _body.GetSpan(length)));
    }

    internal void Property(PropertyId id, byte value)
    {
        Byte((byte)id);
        Byte(value);
    }

    internal void Property(PropertyId id, ushort value)
    {
        Byte((byte)id);
        UInt16(value);
    }

    internal void Property(PropertyId id, uint value)
    {
        Byte((byte)id);
        UInt32(value);
    }

    internal void Property(PropertyId id, string? value)
    {
        if (value is not null)
        {
            Byte((byte)id);
            Text(value);
        }
    }

    internal void Property(PropertyId id, ReadOnlySpan<byte> value)
    {
        Byte((byte)id);
        Binary(value);
    }

    internal void UserProperties(IReadOnlyList<MqttUserProperty> properties)
    {
        foreach (MqttUserProperty property in properties)
        {
            Byte((byte)PropertyId.UserProperty);
            Text(property.Name);
            Text(property.Value);
        }
    }

    /// <summary>Writes the other writer's bytes behind their length.</summary>
    internal void Properties(PacketWriter properties)
    {
        VariableByteInteger(properties.Length);
        _body.Write(properties._body.Written);
    }

    /// <summary>Writes the body as a packet with the given first byte.</summary>
    internal void Complete(IBufferWriter<byte> output, byte header)
    {
        Span<byte> head = output.GetSpan(1 + WireSize.VariableByteIntegerBytesMax);
        head[0] = header;
        output.Advance(1 + WireSize.WriteVariableByteInteger(head[1..], _body.Length));
        output.Write(_body.Written);
    }

    internal byte[] ToArray() => _body.Written.ToArray();
}
