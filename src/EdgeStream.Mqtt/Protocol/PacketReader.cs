using System.Buffers.Binary;

namespace EdgeStream.Mqtt;

/// <summary>Reads the data types of MQTT (section 1.5) from one packet's bytes; whatever doesn't fit is rejected as
/// malformed.</summary>
internal ref struct PacketReader
{
    private const int VariableByteIntegerBytesMax = 4;

    private ReadOnlySpan<byte> _rest;

    internal PacketReader(ReadOnlySpan<byte> bytes)
    {
        _rest = bytes;
    }

    internal readonly bool IsAtEnd => _rest.IsEmpty;

    internal readonly int Remaining => _rest.Length;

    internal byte ReadByte()
    {
        if (_rest.IsEmpty)
        {
            Reject.Malformed("The packet ends within a field.");
        }

        byte value = _rest[0];
        _rest = _rest[1..];
        return value;
    }

    internal ushort ReadUInt16() => BinaryPrimitives.ReadUInt16BigEndian(ReadBytes(sizeof(ushort)));

    internal uint ReadUInt32() => BinaryPrimitives.ReadUInt32BigEndian(ReadBytes(sizeof(uint)));

    internal ReadOnlySpan<byte> ReadBytes(int count)
    {
        if (_rest.Length < count)
        {
            Reject.Malformed("The packet ends within a field.");
        }

        ReadOnlySpan<byte> value = _rest[..count];
        _rest = _rest[count..];
        return value;
    }

    internal ReadOnlySpan<byte> ReadToEnd()
    {
        ReadOnlySpan<byte> value = _rest;
        _rest = default;
        return value;
    }

    /// <summary>A packet identifier is never zero [MQTT-2.2.1-3].</summary>
    internal ushort ReadPacketId()
    {
        ushort id = ReadUInt16();
        if (id == 0)
        {
            Reject.ProtocolError("The packet identifier is zero.");
        }

        return id;
    }

    /// <summary>Section 1.5.5: seven bits a byte, least first, the fewest bytes possible [MQTT-1.5.5-1].</summary>
    internal uint ReadVariableByteInteger()
    {
        uint value = 0;
        for (int i = 0; i < VariableByteIntegerBytesMax; i++)
        {
            byte part = ReadByte();
            value |= (uint)(part & 0x7F) << (7 * i);
            if ((part & 0x80) == 0)
            {
                if (part == 0 && i > 0)
                {
                    Reject.Malformed("A variable byte integer is not in its shortest form.");
                }

                return value;
            }
        }

        Reject.Malformed("A variable byte integer is longer than four bytes.");
        return 0;
    }

    internal ReadOnlySpan<byte> ReadBinary() => ReadBytes(ReadUInt16());

    internal ReadOnlySpan<byte> ReadText()
    {
        ReadOnlySpan<byte> text = ReadBinary();
        if (!Topics.IsText(text))
        {
            Reject.Malformed("A string is not well-formed UTF-8 or holds U+0000.");
        }

        return text;
    }

    internal string ReadString() => Topics.Text(ReadText());

    /// <summary>A byte that may only be 0 or 1; anything else is a protocol error.</summary>
    internal bool ReadFlag(string what)
    {
        byte value = ReadByte();
        if (value > 1)
        {
            Reject.ProtocolError(what);
        }

        return value == 1;
    }

    internal PropertyReader ReadProperties(ulong allowed)
    {
        uint length = ReadVariableByteInteger();
        if (length > (uint)_rest.Length)
        {
            Reject.Malformed("The properties are longer than the packet.");
        }

        return new PropertyReader(ReadBytes((int)length), allowed);
    }

    internal readonly void ExpectEnd()
    {
        if (!_rest.IsEmpty)
        {
            Reject.Malformed("There are bytes behind the packet's last field.");
        }
    }
}
