namespace EdgeStream.Sql;

/// <summary>10^0 to 10^18, as integers and as doubles.</summary>
internal static class PowersOfTen
{
    public const int ExponentMax = 18;

    private static ReadOnlySpan<long> Integers =>
    [
        1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000, 10_000_000_000,
        100_000_000_000, 1_000_000_000_000, 10_000_000_000_000, 100_000_000_000_000, 1_000_000_000_000_000,
        10_000_000_000_000_000, 100_000_000_000_000_000, 1_000_000_000_000_000_000,
    ];

    public static long AsInteger(int exponent) => Integers[exponent];

    public static double AsDouble(int exponent) => Integers[exponent];
}
