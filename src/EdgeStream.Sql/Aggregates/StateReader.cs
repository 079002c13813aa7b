using System.Buffers.Binary;

namespace EdgeStream.Sql;

/// <summary>Reads what <see cref="StateWriter"/> wrote. What is cut short or impossible breaks the reader, which then
/// gives zeros; the caller asks once, at the end.</summary>
internal ref struct StateReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    public bool IsBroken { get; private set; }

    public readonly ReadOnlySpan<byte> Rest => _rest;

    public void Break() => IsBroken = true;

    public byte ReadByte() => TryTake(1, out var taken) ? taken[0] : (byte)0;

    public int ReadInt32() =>
        TryTake(sizeof(int), out var taken) ? BinaryPrimitives.ReadInt32LittleEndian(taken) : 0;

    public long ReadInt64() =>
        TryTake(sizeof(long), out var taken) ? BinaryPrimitives.ReadInt64LittleEndian(taken) : 0;

    public double ReadDouble() => BitConverter.Int64BitsToDouble(ReadInt64());

    public Int128 ReadInt128()
    {
        var low = (ulong)ReadInt64();
        return new Int128((ulong)ReadInt64(), low);
    }

    /// <summary>A count that can't be negative.</summary>
    public long ReadCount()
    {
        var count = ReadInt64();
        if (count < 0)
        {
            Break();
        }

        return count;
    }

    public SqlValue ReadValue()
    {
        var type = (SqlType)ReadByte();
        var scale = ReadByte();
        if (type > SqlType.Binary || scale > PowersOfTen.ExponentMax)
        {
            Break();
            return SqlValue.Null;
        }

        if (type is not (SqlType.Text or SqlType.Binary))
        {
            return type == SqlType.Null ? SqlValue.Null : SqlValue.OfParts(type, ReadInt64(), scale);
        }

        TryTake(ReadInt32(), out var text);
        return type == SqlType.Text ? SqlValue.Of(text) : SqlValue.OfBinary(text);
    }

    /// <summary>So many bytes as they are.</summary>
    public ReadOnlySpan<byte> ReadBytes(int count)
    {
        TryTake(count, out var taken);
        return taken;
    }

    private bool TryTake(int count, out ReadOnlySpan<byte> taken)
    {
        if (count < 0 || count > _rest.Length)
        {
            IsBroken = true;
        }

        taken = IsBroken ? default : _rest[..count];
        _rest = IsBroken ? default : _rest[count..];
        return !IsBroken;
    }
}
