using System.Globalization;
using EdgeStream.Storage;

namespace EdgeStream.Streams;

/// <summary>One line of the file <c>clock</c>: a regime, and what belongs to it.</summary>
/// <param name="Regime">From when on which offset is right.</param>
/// <param name="SuspendedMicroseconds">How long the machine had slept when it began.</param>
/// <param name="IsCorrected">Whether records of that start of the machine carry times that are to be put right.</param>
internal readonly record struct ClockLine(ClockRegime Regime, long SuspendedMicroseconds, bool IsCorrected)
{
    private const string CorrectedWord = "corrected";
    private const string KeptWord = "kept";
    private const int FieldCount = 5;

    /// <summary>Reads what <see cref="ToString"/> wrote; false for anything else.</summary>
    internal static bool TryParse(string text, out ClockLine line)
    {
        line = default;
        var fields = text.Split(' ');
        if (fields.Length != FieldCount
            || !uint.TryParse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture, out var boot)
            || !TryParse(fields[1], out long from)
            || !TryParse(fields[2], out long offset)
            || !TryParse(fields[3], out long suspended)
            || fields[4] is not (CorrectedWord or KeptWord))
        {
            return false;
        }

        line = new ClockLine(new ClockRegime(boot, from, offset), suspended, fields[4] == CorrectedWord);
        return true;
    }

    /// <summary><c>ordinal from offset suspended corrected|kept</c>, times in microseconds.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Regime.BootOrdinal} {Regime.FromMicroseconds} {Regime.OffsetMicroseconds} {SuspendedMicroseconds} {(
            IsCorrected ? CorrectedWord : KeptWord)}");

    private static bool TryParse(string text, out long number) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);
}
