namespace EdgeStream.Sql;

/// <summary>One value of a typed row. Text and binaries lie in an array that the row's owner keeps unchanged.</summary>
internal struct Cell
{
    public long Integer;
    public byte[]? Bytes;
    public int Start;
    public int Length;
    public SqlType Type;
    public int Scale;

    /// <summary>The value; it is as long valid as the bytes are.</summary>
    public readonly SqlValue Value => Type switch
    {
        SqlType.Text => SqlValue.Of(Bytes.AsSpan(Start, Length)),
        SqlType.Binary => SqlValue.OfBinary(Bytes.AsSpan(Start, Length)),
        _ => SqlValue.OfParts(Type, Integer, Scale),
    };
}
