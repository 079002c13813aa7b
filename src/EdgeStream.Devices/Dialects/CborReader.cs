using System.Buffers.Binary;

namespace EdgeStream.Devices;

/// <summary>Reads CBOR (RFC 8949) from front to back; nothing is thrown and nothing allocated.</summary>
/// <remarks>Strings in chunks are not read. What is passed over nests at most 32 deep.</remarks>
internal ref struct CborReader(ReadOnlySpan<byte> bytes)
{
    internal const int Unsigned = 0;
    internal const int Negative = 1;
    internal const int Bytes = 2;
    internal const int Text = 3;
    internal const int Array = 4;
    internal const int Map = 5;
    internal const int Tag = 6;
    internal const int Simple = 7;

    private const int DepthMax = 32;
    private const int Indefinite = 31;
    private const byte Break = 0xFF;

    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>How many bytes are left.</summary>
    internal readonly int Left => _rest.Length;

    /// <summary>The major type of the next item; -1 at the end.</summary>
    internal readonly int NextType => _rest.IsEmpty ? -1 : _rest[0] >> 5;

    /// <summary>Takes the break that ends an item without a length.</summary>
    internal bool TryTakeBreak()
    {
        if (_rest.IsEmpty || _rest[0] != Break)
        {
            return false;
        }

        _rest = _rest[1..];
        return true;
    }

    /// <summary>Takes the head of an array or map; -1 stands for a length that is not told.</summary>
    internal bool TryTakeCount(int type, out long count)
    {
        count = -1;
        if (NextType == type && (_rest[0] & 31) == Indefinite)
        {
            _rest = _rest[1..];
            return true;
        }

        // Each item takes a byte at least.
        count = 0;
        if (NextType != type || !TryTakeHead(out var value, out _) || value > (ulong)_rest.Length)
        {
            return false;
        }

        count = (long)value;
        return true;
    }

    /// <summary>Takes a whole number that fits 64 bits.</summary>
    internal bool TryTakeInteger(out long number)
    {
        number = 0;
        var isNegative = NextType == Negative;
        if (NextType is not (Unsigned or Negative) || !TryTakeHead(out var value, out _) || value > long.MaxValue)
        {
            return false;
        }

        number = isNegative ? -1 - (long)value : (long)value;
        return true;
    }

    /// <summary>Takes a number of any kind: whole, of half, single or double precision, or a decimal
    /// fraction.</summary>
    internal bool TryTakeNumber(out double number)
    {
        number = 0;
        if (NextType is Unsigned or Negative)
        {
            var isTaken = TryTakeInteger(out var integer);
            number = integer;
            return isTaken;
        }

        if (NextType == Tag)
        {
            return TryTakeDecimalFraction(out number);
        }

        if (NextType != Simple || !TryTakeHead(out var bits, out var size))
        {
            return false;
        }

        number = size switch
        {
            2 => (double)BitConverter.UInt16BitsToHalf((ushort)bits),
            4 => BitConverter.UInt32BitsToSingle((uint)bits),
            _ => BitConverter.UInt64BitsToDouble(bits),
        };
        return size is 2 or 4 or 8;
    }

    /// <summary>Takes a string of bytes or text.</summary>
    internal bool TryTakeString(int type, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (NextType != type || !TryTakeHead(out var length, out _) || length > (ulong)_rest.Length)
        {
            return false;
        }

        value = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return true;
    }

    /// <summary>Takes true or false.</summary>
    internal bool TryTakeBoolean(out bool isTrue)
    {
        const byte False = 0xF4;
        const byte True = 0xF5;
        isTrue = _rest is [True, ..];
        if (!isTrue && _rest is not [False, ..])
        {
            return false;
        }

        _rest = _rest[1..];
        return true;
    }

    /// <summary>Passes over one item with all that is in it.</summary>
    internal bool TrySkip() => TrySkip(DepthMax);

    private bool TrySkip(int depth)
    {
        switch (NextType)
        {
            case Bytes or Text:
                return TryTakeString(NextType, out _);
            case Array or Map when depth > 0:
                var perItem = NextType == Map ? 2 : 1;
                if (!TryTakeCount(NextType, out var count))
                {
                    return false;
                }

                for (long left = count * perItem; count < 0 ? !TryTakeBreak() : left > 0; left--)
                {
                    if (!TrySkip(depth - 1))
                    {
                        return false;
                    }
                }

                return true;
            case Tag when depth > 0:
                return TryTakeHead(out _, out _) && TrySkip(depth - 1);
            default:
                return NextType is Unsigned or Negative or Simple && TryTakeHead(out _, out _);
        }
    }

    private bool TryTakeDecimalFraction(out double number)
    {
        const ulong DecimalFraction = 4;
        const int ExponentMax = 400;
        number = 0;
        if (!TryTakeHead(out var tag, out _) || tag != DecimalFraction || !TryTakeCount(Array, out var count)
            || count != 2 || !TryTakeInteger(out var exponent) || !TryTakeInteger(out var mantissa)
            || exponent is > ExponentMax or < -ExponentMax)
        {
            return false;
        }

        // By division for negative powers: a tenth has no exact form, and ten has.
        number = exponent < 0 ? mantissa / Math.Pow(10, -exponent) : mantissa * Math.Pow(10, exponent);
        return double.IsFinite(number);
    }

    private bool TryTakeHead(out ulong value, out int sizeBytes)
    {
        value = 0;
        sizeBytes = 0;
        if (_rest.IsEmpty)
        {
            return false;
        }

        var information = _rest[0] & 31;
        sizeBytes = information switch { < 24 => 0, 24 => 1, 25 => 2, 26 => 4, 27 => 8, _ => -1 };
        if (sizeBytes < 0 || _rest.Length < 1 + sizeBytes)
        {
            return false;
        }

        var following = _rest[1..];
        value = sizeBytes switch
        {
            0 => (ulong)information,
            1 => following[0],
            2 => BinaryPrimitives.ReadUInt16BigEndian(following),
            4 => BinaryPrimitives.ReadUInt32BigEndian(following),
            _ => BinaryPrimitives.ReadUInt64BigEndian(following),
        };
        _rest = following[sizeBytes..];
        return true;
    }
}
