namespace EdgeStream.Devices;

/// <summary>What a sensor says: a number in the unit of its kind, or a word such as <c>Charging</c>.</summary>
/// <param name="Number">The number; NaN where there is a word.</param>
/// <param name="Text">The word; empty where there is a number.</param>
internal readonly record struct SensorValue(double Number, string Text)
{
    private const int SignificantDigits = 10;

    /// <summary>Whether it is a word.</summary>
    internal bool IsText => Text.Length > 0;

    /// <summary>A number, without the noise behind its tenth digit.</summary>
    internal static SensorValue Of(double number) => new(Rounded(number), "");

    /// <summary>The number that a chip's bytes hold; a bit is 0 or 1.</summary>
    /// <exception cref="ArgumentException">They hold no number.</exception>
    internal static SensorValue Of(ReadingValue value) => value.Kind switch
    {
        ReadingKind.Double => Of(BitConverter.Int64BitsToDouble(value.Bits)),
        ReadingKind.Single => Of(BitConverter.Int32BitsToSingle((int)value.Bits)),
        ReadingKind.Signed or ReadingKind.Boolean => Of((double)value.Bits),
        ReadingKind.Unsigned => Of((double)(ulong)value.Bits),
        _ => throw new ArgumentException("The bytes hold no number.", nameof(value)),
    };

    /// <summary>A word.</summary>
    internal static SensorValue Of(string text) => new(double.NaN, text);

    private static double Rounded(double number)
    {
        const int DecimalsMax = 15;
        if (number == 0 || !double.IsFinite(number))
        {
            return number;
        }

        var decimals = SignificantDigits - 1 - (int)Math.Floor(Math.Log10(Math.Abs(number)));
        return decimals is >= 0 and <= DecimalsMax ? Math.Round(number, decimals) : number;
    }
}
