using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace EdgeStream.Mqtt;

/// <summary>Writes the fields of a state value: little-endian, byte strings behind a 32-bit length.</summary>
internal readonly struct StateBuffer
{
    private readonly ArrayBufferWriter<byte> _bytes;

    internal StateBuffer(byte version)
    {
        _bytes = new ArrayBufferWriter<byte>();
        Byte(version);
    }

    internal void Byte(byte value)
    {
        _bytes.GetSpan(1)[0] = value;
        _bytes.Advance(1);
    }

    internal void UInt16(ushort value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(_bytes.GetSpan(sizeof(ushort)), value);
        _bytes.Advance(sizeof(ushort));
    }

    internal void UInt32(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_bytes.GetSpan(sizeof(uint)), value);
        _bytes.Advance(sizeof(uint));
    }

    internal void Int64(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_bytes.GetSpan(sizeof(long)), value);
        _bytes.Advance(sizeof(long));
    }

    internal void Bytes(ReadOnlySpan<byte> value)
    {
        UInt32((uint)value.Length);
        _bytes.Write(value);
    }

    internal void Text(string value) => Bytes(Encoding.UTF8.GetBytes(value));

    /// <summary>A byte, and where there is a name, that as text: see <see cref="StateReader.User"/>.</summary>
    internal void User(SessionUser user)
    {
        Byte(user.IsKnown ? user.Name is null ? StateRecord.NamelessUser : StateRecord.NamedUser : (byte)0);
        if (user is { IsKnown: true, Name: { } name })
        {
            Text(name);
        }
    }

    internal byte[] ToArray() => _bytes.WrittenSpan.ToArray();
}
