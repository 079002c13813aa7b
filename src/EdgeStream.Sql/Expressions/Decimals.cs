namespace EdgeStream.Sql;

/// <summary>Exact numbers whose digits may have grown past 64 bits on the way.</summary>
internal static class Decimals
{
    /// <summary>10^0 to 10^36.</summary>
    public static Int128 PowerOf(int exponent) => exponent <= PowersOfTen.ExponentMax
        ? PowersOfTen.AsInteger(exponent)
        : (Int128)PowersOfTen.AsInteger(PowersOfTen.ExponentMax)
            * PowersOfTen.AsInteger(exponent - PowersOfTen.ExponentMax);

    /// <summary>A decimal with no more digits behind the point than <paramref name="scaleMax"/>, the rest cut off; NULL
    /// past 18 digits.</summary>
    public static SqlValue Fit(Int128 digits, int scale, int scaleMax)
    {
        if (scale > scaleMax)
        {
            digits /= PowerOf(scale - scaleMax);
            scale = scaleMax;
        }

        return Int128.Abs(digits) < PowersOfTen.AsInteger(PowersOfTen.ExponentMax)
            ? SqlValue.OfDecimal((long)digits, scale)
            : SqlValue.Null;
    }

    /// <summary>Rounds half away from zero to a count of digits behind the point.</summary>
    public static Int128 Round(Int128 digits, int scale, int places)
    {
        if (scale <= places)
        {
            return digits * PowerOf(places - scale);
        }

        var unit = PowerOf(scale - places);
        var half = unit / 2;
        return (digits >= 0 ? digits + half : digits - half) / unit;
    }
}
