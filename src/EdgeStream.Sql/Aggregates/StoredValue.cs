namespace EdgeStream.Sql;

/// <summary>A value that outlives its row: text is copied into an array that is used again while it is long
/// enough.</summary>
internal struct StoredValue
{
    private SqlType _type;
    private byte _scale;
    private int _length;
    private long _bits;
    private byte[]? _bytes;

    /// <summary>The value; text points into this copy until the next <see cref="Set"/>.</summary>
    public readonly SqlValue Value => _type switch
    {
        SqlType.Text => SqlValue.Of(_bytes.AsSpan(0, _length)),
        SqlType.Binary => SqlValue.OfBinary(_bytes.AsSpan(0, _length)),
        _ => SqlValue.OfParts(_type, _bits, _scale),
    };

    public readonly int SizeBytes => 32 + (_bytes?.Length ?? 0);

    public readonly bool TryGetDouble(out double number)
    {
        number = BitConverter.Int64BitsToDouble(_bits);
        return _type == SqlType.Double;
    }

    public void Set(scoped in SqlValue value)
    {
        _type = value.Type;
        _scale = (byte)value.Scale;
        _bits = value.Integer;
        _length = value.Text.Length;
        if (_length > 0)
        {
            if (_bytes is null || _bytes.Length < _length)
            {
                _bytes = new byte[_length];
            }

            value.Text.CopyTo(_bytes);
        }
    }

    public void Clear() => _type = SqlType.Null;
}
