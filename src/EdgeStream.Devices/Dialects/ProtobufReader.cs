using System.Buffers.Binary;

namespace EdgeStream.Devices;

/// <summary>Reads the wire format of protocol buffers, field by field; nothing is thrown and nothing
/// allocated.</summary>
internal ref struct ProtobufReader(ReadOnlySpan<byte> bytes)
{
    private const int Varint = 0;
    private const int Fixed64 = 1;
    private const int Length = 2;
    private const int Fixed32 = 5;

    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>Whether the end was reached without a fault; false while there is more, and after a fault.</summary>
    internal bool IsAtEnd { get; private set; }

    /// <summary>How many bytes are left.</summary>
    internal readonly int Left => _rest.Length;

    /// <summary>Reads the next field; false at the end, or where the bytes are none.</summary>
    /// <param name="number">The field's number.</param>
    /// <param name="value">Its value, when it is a number.</param>
    /// <param name="content">Its bytes, when it is text, bytes or a message.</param>
    internal bool TryRead(out int number, out ulong value, out ReadOnlySpan<byte> content)
    {
        number = 0;
        value = 0;
        content = default;
        if (_rest.IsEmpty)
        {
            IsAtEnd = true;
            return false;
        }

        if (!TryReadVarint(out var tag) || tag >> 3 is 0 or > int.MaxValue)
        {
            return false;
        }

        number = (int)(tag >> 3);
        switch ((int)(tag & 7))
        {
            case Varint:
                return TryReadVarint(out value);
            case Fixed64 when _rest.Length >= sizeof(ulong):
                value = BinaryPrimitives.ReadUInt64LittleEndian(_rest);
                _rest = _rest[sizeof(ulong)..];
                return true;
            case Fixed32 when _rest.Length >= sizeof(uint):
                value = BinaryPrimitives.ReadUInt32LittleEndian(_rest);
                _rest = _rest[sizeof(uint)..];
                return true;
            case Length when TryReadVarint(out var length) && length <= (ulong)_rest.Length:
                content = _rest[..(int)length];
                _rest = _rest[(int)length..];
                return true;
            default:
                return false;
        }
    }

    private bool TryReadVarint(out ulong value)
    {
        const int SizeBytesMax = 10;
        value = 0;
        for (var i = 0; i < SizeBytesMax && i < _rest.Length; i++)
        {
            value |= (ulong)(_rest[i] & 0x7F) << (7 * i);
            if (_rest[i] < 0x80)
            {
                _rest = _rest[(i + 1)..];
                return true;
            }
        }

        return false;
    }
}
