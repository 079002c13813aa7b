using System.Globalization;

namespace EdgeStream.Analytics;

/// <summary>Numbers as people read them in messages: at most three decimals, fewer digits for very small and large
/// ones.</summary>
internal static class NumberText
{
    public static string Of(double value) => Math.Abs(value) is 0 or (>= 0.001 and < 1e15)
        ? value.ToString("0.###", CultureInfo.InvariantCulture)
        : value.ToString("G6", CultureInfo.InvariantCulture);
}
