using System.Text;

namespace EdgeStream.Delivery;

/// <summary>Writes structures in Thrift's compact protocol (<c>thrift-compact-protocol.md</c> of Apache Thrift), as far
/// as Parquet needs it.</summary>
/// <remarks>Fields are written in the order of their ids, at most 8 structures deep. Not thread-safe.</remarks>
internal sealed class ThriftWriter(PooledBytes output)
{
    private const int DepthMax = 8;
    private const byte TrueType = 1;
    private const byte FalseType = 2;
    private const byte IntegerType = 5;
    private const byte LongType = 6;
    private const byte BinaryType = 8;
    private const byte ListType = 9;
    private const byte StructureType = 12;

    private readonly int[] _lastFields = new int[DepthMax];
    private int _depth;

    /// <summary>Ends the structure: the outermost one, a field or an item of a list.</summary>
    public void End()
    {
        output.Add(0);
        _lastFields[_depth] = 0;
        _depth = Math.Max(0, _depth - 1);
    }

    /// <summary>A truth value.</summary>
    public void Boolean(int field, bool value) => Begin(field, value ? TrueType : FalseType);

    /// <summary>A number of 32 bits.</summary>
    public void Integer(int field, int value)
    {
        Begin(field, IntegerType);
        output.AddZigzag(value);
    }

    /// <summary>A number of 64 bits.</summary>
    public void Long(int field, long value)
    {
        Begin(field, LongType);
        output.AddZigzag(value);
    }

    /// <summary>A text.</summary>
    public void Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    /// <summary>Bytes.</summary>
    public void Bytes(int field, ReadOnlySpan<byte> value)
    {
        Begin(field, BinaryType);
        Bytes(value);
    }

    /// <summary>Begins a structure; <see cref="End"/> ends it.</summary>
    public void Structure(int field)
    {
        Begin(field, StructureType);
        Item();
    }

    /// <summary>A structure without fields.</summary>
    public void Empty(int field)
    {
        Structure(field);
        End();
    }

    /// <summary>Begins a list of structures, of which each begins with <see cref="Item"/>.</summary>
    public void Structures(int field, int count) => List(field, count, StructureType);

    /// <summary>Begins a structure in a list.</summary>
    public void Item() => _lastFields[++_depth] = 0;

    /// <summary>A list of numbers.</summary>
    public void Integers(int field, ReadOnlySpan<int> values)
    {
        List(field, values.Length, IntegerType);
        foreach (var value in values)
        {
            output.AddZigzag(value);
        }
    }

    /// <summary>A list of one text.</summary>
    public void Texts(int field, string value)
    {
        List(field, 1, BinaryType);
        Bytes(Encoding.UTF8.GetBytes(value));
    }

    private void List(int field, int count, byte type)
    {
        Begin(field, ListType);
        if (count < 15)
        {
            output.Add((byte)((count << 4) | type));
        }
        else
        {
            output.Add((byte)(0xF0 | type));
            output.AddVarint((ulong)count);
        }
    }

    private void Bytes(ReadOnlySpan<byte> value)
    {
        output.AddVarint((ulong)value.Length);
        output.Add(value);
    }

    private void Begin(int field, byte type)
    {
        output.Add((byte)(((field - _lastFields[_depth]) << 4) | type));
        _lastFields[_depth] = field;
    }
}
