using System.Buffers;
using System.Buffers.Binary;

namespace EdgeStream.Sql;

/// <summary>The pieces that saved states are made of: little-endian, without padding.</summary>
internal static class StateWriter
{
    public static void WriteByte(this IBufferWriter<byte> output, byte value)
    {
        output.GetSpan(1)[0] = value;
        output.Advance(1);
    }

    public static void WriteInt32(this IBufferWriter<byte> output, int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(output.GetSpan(sizeof(int)), value);
        output.Advance(sizeof(int));
    }

    public static void WriteInt64(this IBufferWriter<byte> output, long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(output.GetSpan(sizeof(long)), value);
        output.Advance(sizeof(long));
    }

    public static void WriteDouble(this IBufferWriter<byte> output, double value) =>
        output.WriteInt64(BitConverter.DoubleToInt64Bits(value));

    public static void WriteInt128(this IBufferWriter<byte> output, Int128 value)
    {
        output.WriteInt64((long)(ulong)(value & ulong.MaxValue));
        output.WriteInt64((long)(value >> 64));
    }

    /// <summary>Type, scale, and the eight bytes of the value, or the length and the bytes of text and
    /// binaries.</summary>
    public static void WriteValue(this IBufferWriter<byte> output, scoped in SqlValue value)
    {
        output.WriteByte((byte)value.Type);
        output.WriteByte((byte)value.Scale);
        if (value.Type is SqlType.Text or SqlType.Binary)
        {
            output.WriteInt32(value.Text.Length);
            output.Write(value.Text);
        }
        else if (!value.IsNull)
        {
            output.WriteInt64(value.Integer);
        }
    }
}
