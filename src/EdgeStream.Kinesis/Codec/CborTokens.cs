using System.Buffers.Binary;

namespace EdgeStream.Kinesis;

/// <summary>Goes through CBOR item by item. Every length is checked against the bytes that are there.</summary>
internal ref struct CborTokens(Span<byte> body)
{
    private const int DepthMax = 32;
    private const long Indefinite = -1;
    private const byte Break = 0xFF;

    private readonly Span<byte> _body = body;
    private int _position;
    private int _depth;
    private byte _major;
    private long _argument;

    /// <summary>Whether nothing follows.</summary>
    internal readonly bool IsAtEnd => _position == _body.Length;

    /// <summary>The whole number or flag that was read last.</summary>
    internal long Whole { get; private set; }

    /// <summary>The number with a fraction that was read last.</summary>
    internal double Real { get; private set; }

    /// <summary>Bytes of the body.</summary>
    internal readonly ReadOnlySpan<byte> Slice(int start, int length) => _body.Slice(start, length);

    /// <summary>Reads the head of the next item; tags are passed over.</summary>
    internal CborKind ReadKind()
    {
        do
        {
            ReadHead();
        }
        while (_major == 6);

        switch (_major)
        {
            case 0:
                Whole = _argument < 0 ? long.MaxValue : _argument;
                return CborKind.Integer;
            case 1:
                Whole = _argument < 0 ? long.MinValue : -1 - _argument;
                return CborKind.Integer;
            case 2:
                return CborKind.Bytes;
            case 3:
                return CborKind.Text;
            case 4:
                return CborKind.List;
            case 5:
                return CborKind.Map;
            default:
                return ReadSimple();
        }
    }

    /// <summary>Where the bytes or the text stand whose head was read; pieces are put together.</summary>
    internal (int Start, int Length) ReadBytes()
    {
        if (!_isIndefinite)
        {
            return Take(_argument);
        }

        var major = _major;
        var start = _position;
        var length = 0;
        while (true)
        {
            if (_position >= _body.Length)
            {
                throw Malformed();
            }

            if (_body[_position] == Break)
            {
                _position++;
                return (start, length);
            }

            ReadHead();
            if (_major != major || _isIndefinite)
            {
                throw Malformed();
            }

            var (from, count) = Take(_argument);
            _body.Slice(from, count).CopyTo(_body[(start + length)..]);
            length += count;
        }
    }

    /// <summary>Enters the list whose head was read.</summary>
    /// <returns>How many items it has; negative when its end is marked.</returns>
    internal long EnterList() => Enter(1);

    /// <summary>Enters the map whose head was read.</summary>
    /// <returns>How many pairs it has; negative when its end is marked.</returns>
    internal long EnterMap() => Enter(2);

    /// <summary>Whether the list or map goes on; counts what is left, or takes the mark of its end.</summary>
    internal bool HasNext(ref long left)
    {
        if (left != Indefinite)
        {
            return left-- > 0;
        }

        if (_position >= _body.Length)
        {
            throw Malformed();
        }

        if (_body[_position] != Break)
        {
            return true;
        }

        _position++;
        return false;
    }

    /// <summary>Leaves the list or map.</summary>
    internal void Leave() => _depth--;

    /// <summary>Passes over the next item.</summary>
    internal void Skip()
    {
        switch (ReadKind())
        {
            case CborKind.Bytes or CborKind.Text:
                ReadBytes();
                break;
            case CborKind.List:
                SkipItems(EnterList(), 1);
                break;
            case CborKind.Map:
                SkipItems(EnterMap(), 2);
                break;
            default:
                break;
        }
    }

    private void SkipItems(long left, int itemsEach)
    {
        while (HasNext(ref left))
        {
            for (var i = 0; i < itemsEach; i++)
            {
                Skip();
            }
        }

        Leave();
    }

    private long Enter(int bytesEachMin)
    {
        if (++_depth > DepthMax)
        {
            throw Malformed();
        }

        if (_isIndefinite)
        {
            return Indefinite;
        }

        // Every item takes a byte at least: a count that cannot be is refused before it is believed.
        return _argument >= 0 && _argument <= (_body.Length - _position) / bytesEachMin ? _argument : throw Malformed();
    }

    private bool _isIndefinite;

    private void ReadHead()
    {
        if (_position >= _body.Length)
        {
            throw Malformed();
        }

        var head = _body[_position++];
        _major = (byte)(head >> 5);
        var low = head & 0x1F;
        _isIndefinite = false;
        switch (low)
        {
            case < 24:
                _argument = low;
                break;
            case 24:
                _argument = _body[Advance(1)];
                break;
            case 25:
                _argument = BinaryPrimitives.ReadUInt16BigEndian(_body[Advance(2)..]);
                break;
            case 26:
                _argument = BinaryPrimitives.ReadUInt32BigEndian(_body[Advance(4)..]);
                break;
            case 27:
                _argument = BinaryPrimitives.ReadInt64BigEndian(_body[Advance(8)..]);
                break;
            case 31 when _major is 2 or 3 or 4 or 5:
                _isIndefinite = true;
                break;
            default:
                throw Malformed();
        }

        _width = low;
    }

    private int _width;

    private CborKind ReadSimple()
    {
        switch (_width)
        {
            case 20 or 21:
                Whole = _width - 20;
                return CborKind.Boolean;
            case 22 or 23:
                return CborKind.Null;
            case 25:
                Real = (double)BitConverter.UInt16BitsToHalf((ushort)_argument);
                return CborKind.Float;
            case 26:
                Real = BitConverter.UInt32BitsToSingle((uint)_argument);
                return CborKind.Float;
            case 27:
                Real = BitConverter.Int64BitsToDouble(_argument);
                return CborKind.Float;
            default:
                throw Malformed();
        }
    }

    private (int Start, int Length) Take(long count)
    {
        if (count < 0 || count > _body.Length - _position)
        {
            throw Malformed();
        }

        var start = _position;
        _position += (int)count;
        return (start, (int)count);
    }

    private int Advance(int count)
    {
        var at = _position;
        if (count > _body.Length - at)
        {
            throw Malformed();
        }

        _position = at + count;
        return at;
    }

    private static ApiException Malformed() => ApiException.Serialization(null);
}
