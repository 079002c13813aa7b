namespace EdgeStream.Streams;

/// <summary>Walks over the fields of one protobuf message.</summary>
/// <remarks>Allocates nothing. What is malformed ends the walk with <see cref="IsBroken"/>.</remarks>
internal ref struct ProtobufCursor(ReadOnlySpan<byte> message)
{
    internal const int VarintType = 0;
    internal const int BytesType = 2;

    private const int Fixed64Type = 1;
    private const int GroupStartType = 3;
    private const int GroupEndType = 4;
    private const int Fixed32Type = 5;
    private const int VarintSizeBytesMax = 10;
    private const int DepthMax = 100;
    private const int TypeBits = 3;

    private ReadOnlySpan<byte> _rest = message;

    /// <summary>Whether the message breaks the rules of the encoding.</summary>
    internal bool IsBroken { get; private set; }

    /// <summary>The number of the field that was read.</summary>
    internal int Field { get; private set; }

    /// <summary>Its wire type.</summary>
    internal int Type { get; private set; }

    /// <summary>Its value, of type <see cref="VarintType"/>.</summary>
    internal ulong Number { get; private set; }

    /// <summary>Its value, of type <see cref="BytesType"/>.</summary>
    internal ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>How many bytes of the message are behind the field that was read.</summary>
    internal readonly int RestSizeBytes => _rest.Length;

    /// <summary>Whether the field is this one, with a value of this type.</summary>
    internal readonly bool Is(int field, int type) => Field == field && Type == type;

    /// <summary>Reads the next field; false at the end, and where the message is broken.</summary>
    internal bool Read()
    {
        if (_rest.IsEmpty || IsBroken)
        {
            return false;
        }

        if (!TryReadTag() || Type == GroupEndType || !TryReadValue())
        {
            IsBroken = true;
        }

        return !IsBroken;
    }

    private bool TryReadTag()
    {
        if (!TryReadVarint(out var tag) || tag > uint.MaxValue)
        {
            return false;
        }

        Field = (int)(tag >> TypeBits);
        Type = (int)(tag & ((1 << TypeBits) - 1));
        return Field > 0;
    }

    private bool TryReadValue()
    {
        switch (Type)
        {
            case VarintType:
                var isRead = TryReadVarint(out var number);
                Number = number;
                return isRead;
            case BytesType:
                return TryReadVarint(out var length) && TryTake(length);
            case Fixed64Type:
                return TryTake(sizeof(long));
            case Fixed32Type:
                return TryTake(sizeof(int));
            case GroupStartType:
                return TrySkipGroup();
            default:
                return false;
        }
    }

    /// <summary>Passes over an unknown group and all groups in it.</summary>
    private bool TrySkipGroup()
    {
        Span<int> open = stackalloc int[DepthMax];
        open[0] = Field;
        var depth = 1;
        var (field, type) = (Field, Type);
        while (depth > 0)
        {
            if (!TryReadTag())
            {
                return false;
            }

            if (Type == GroupEndType)
            {
                if (open[--depth] != Field)
                {
                    return false;
                }
            }
            else if (Type == GroupStartType)
            {
                if (depth == DepthMax)
                {
                    return false;
                }

                open[depth++] = Field;
            }
            else if (!TryReadValue())
            {
                return false;
            }
        }

        (Field, Type) = (field, type);
        return true;
    }

    private bool TryTake(ulong length)
    {
        if (length > (ulong)_rest.Length)
        {
            return false;
        }

        Bytes = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return true;
    }

    private bool TryReadVarint(out ulong value)
    {
        value = 0;
        for (var at = 0; at < _rest.Length && at < VarintSizeBytesMax; at++)
        {
            value |= (ulong)(_rest[at] & 0x7F) << (7 * at);
            if (_rest[at] < 0x80)
            {
                _rest = _rest[(at + 1)..];
                return true;
            }
        }

        return false;
    }
}
