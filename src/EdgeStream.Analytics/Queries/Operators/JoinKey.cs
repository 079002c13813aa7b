using System.Buffers.Binary;
using System.Numerics;
using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>The values that a join finds partners by. What is equal in SQL has equal bytes: 1, 1.0 and 1E0.</summary>
internal static class JoinKey
{
    private const double ExactMax = 1L << 53;

    /// <summary>Appends a value; false for NULL, which has no partner.</summary>
    public static bool TryAppend(ByteBuffer output, scoped in SqlValue value)
    {
        if (value.IsNull)
        {
            return false;
        }

        if (!value.IsNumeric || (value.Type == SqlType.Integer && Math.Abs((double)value.Integer) <= ExactMax))
        {
            output.AppendValue(value);
            return true;
        }

        var number = value.Number;
        output.AppendValue(Math.Abs(number) <= ExactMax && number == Math.Truncate(number)
            ? SqlValue.OfInteger((long)number)
            : SqlValue.Of(number));
        return true;
    }

    /// <summary>The number that all equal ones are as a key; anything else as it is.</summary>
    public static SqlValue Plain(scoped in SqlValue value) => value.Type == SqlType.Double
        && Math.Abs(value.Number) <= ExactMax && value.Number == Math.Truncate(value.Number)
            ? SqlValue.OfInteger((long)value.Number)
            : value;

    /// <summary>A hash that stays the same over restarts, since it stands in snapshots.</summary>
    public static int HashOf(ReadOnlySpan<byte> key)
    {
        var hash = uint.MaxValue;
        while (key.Length >= sizeof(ulong))
        {
            hash = BitOperations.Crc32C(hash, BinaryPrimitives.ReadUInt64LittleEndian(key));
            key = key[sizeof(ulong)..];
        }

        foreach (var value in key)
        {
            hash = BitOperations.Crc32C(hash, value);
        }

        return (int)hash;
    }
}
