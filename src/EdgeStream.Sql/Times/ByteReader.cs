namespace EdgeStream.Sql;

/// <summary>Reads numbers and single characters off the front of an ASCII text.</summary>
internal ref struct ByteReader(ReadOnlySpan<byte> text)
{
    private ReadOnlySpan<byte> _rest = text;

    public readonly bool IsEnd => _rest.IsEmpty;

    public readonly ReadOnlySpan<byte> Rest => _rest;

    public readonly byte Peek => _rest.IsEmpty ? (byte)0 : _rest[0];

    public bool TryTake(char expected)
    {
        if (_rest.IsEmpty || _rest[0] != expected)
        {
            return false;
        }

        _rest = _rest[1..];
        return true;
    }

    /// <summary>Takes a run of digits between a least and a greatest length.</summary>
    public bool TryTakeNumber(int lengthMin, int lengthMax, out long number)
    {
        number = 0;
        var length = 0;
        while (length < lengthMax && length < _rest.Length && char.IsAsciiDigit((char)_rest[length]))
        {
            number = (number * 10) + _rest[length++] - '0';
        }

        if (length < lengthMin)
        {
            return false;
        }

        _rest = _rest[length..];
        return true;
    }

    /// <summary>Takes digits behind a point as microseconds; digits past the sixth say nothing.</summary>
    public bool TryTakeFraction(out long microseconds)
    {
        microseconds = 0;
        var (unit, count) = (100_000L, 0);
        while (!_rest.IsEmpty && char.IsAsciiDigit((char)_rest[0]))
        {
            microseconds += (_rest[0] - '0') * unit;
            unit /= 10;
            count++;
            _rest = _rest[1..];
        }

        return count > 0;
    }

    public void SkipSpaces() => _rest = _rest.TrimStart((byte)' ');
}
