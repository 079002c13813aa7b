using System.Buffers.Text;

namespace EdgeStream.Sql;

/// <summary>A number as it stands in a JSON text, not yet made a value.</summary>
internal struct JsonNumber
{
    /// <summary>Doubles that are a whole number up to here, times or over a power of ten up to the next, are
    /// exact.</summary>
    private const ulong ExactDigitsMax = 1UL << 53;

    private const int ExactExponentMax = 22;

    private static readonly double[] Powers =
    [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ];

    public int Start;
    public int Length;
    public bool IsNegative;

    /// <summary>Whether it has neither a point nor an exponent.</summary>
    public bool IsWhole;

    /// <summary>Whether it has more characters than digits that surely fit into <see cref="Digits"/>.</summary>
    public bool IsLong;

    /// <summary>All digits as one number; meaningless when it <see cref="IsLong"/>.</summary>
    public ulong Digits;

    /// <summary>The power of ten behind the digits.</summary>
    public int Exponent;

    /// <summary>Puts the value into a slot: an integer where it is whole and fits, a double otherwise, and nothing
    /// where that is infinite.</summary>
    public readonly void Store(ReadOnlySpan<byte> json, ref JsonSlot slot)
    {
        if (IsWhole && !IsLong && (Digits <= long.MaxValue || (IsNegative && Digits == 1UL << 63)))
        {
            slot.Type = SqlType.Integer;
            slot.Bits = IsNegative ? unchecked(-(long)Digits) : (long)Digits;
            return;
        }

        var number = ToDouble(json);
        if (double.IsFinite(number))
        {
            slot.Type = SqlType.Double;
            slot.Bits = BitConverter.DoubleToInt64Bits(number);
        }
    }

    private readonly double ToDouble(ReadOnlySpan<byte> json)
    {
        if (!IsLong && Digits <= ExactDigitsMax && Exponent is >= -ExactExponentMax and <= ExactExponentMax)
        {
            // Both factors are exact, so the one rounding of IEEE arithmetic is the right one.
            var digits = (double)Digits;
            var magnitude = Exponent < 0 ? digits / Powers[-Exponent] : digits * Powers[Exponent];
            return IsNegative ? -magnitude : magnitude;
        }

        return Utf8Parser.TryParse(json.Slice(Start, Length), out double number, out _) ? number : double.NaN;
    }
}
