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
