namespace EdgeStream.Analytics.Detection;

/// <summary>Remembers at which half hours of the day something rare came, so that what comes at its time every day is
/// less news from the third day on.</summary>
/// <remarks>A backup at night is one peak among many ordinary values of its hour, which no average of the hour shows.
/// A day's rare values count once, with those of the half hours around, and a day counts e^-0.5 of the one after
/// it.</remarks>
internal sealed class DailyRecurrence
{
    private const int SlotSeconds = 1800;
    private const int Slots = (int)(TimeSpan.SecondsPerDay / SlotSeconds);

    // Decades from which a value is remembered; below an alert's, since a peak is not as rare every day.
    private const double RareDecades = 1.5;

    // One day is chance and the second weighs little; then rarity is divided by what is beyond.
    private const double DaysIgnored = 1.5;
    private const double DaysRemembered = 2;

    private readonly double[] _days = new double[Slots];
    private readonly long[] _lastDay = new long[Slots];

    /// <summary>What the arrays take in memory, and what <see cref="Write"/> writes.</summary>
    public static int SizeBytes => Slots * (sizeof(double) + sizeof(long));

    /// <summary>The rarity of a value that has come at this time of day before, as far as it is news.</summary>
    /// <param name="unixSeconds">Its time, by the clock whose hours matter.</param>
    /// <param name="rarity">How rare it is by itself, in decades.</param>
    public double Weigh(long unixSeconds, double rarity)
    {
        if (!(rarity >= RareDecades))
        {
            return rarity;
        }

        var day = Math.DivRem(unixSeconds, TimeSpan.SecondsPerDay, out var second);
        (day, second) = second < 0 ? (day - 1, second + TimeSpan.SecondsPerDay) : (day, second);
        var slot = (int)(second / SlotSeconds);
        var days = Math.Max(
            DaysBefore(slot, day),
            Math.Max(DaysBefore((slot + 1) % Slots, day), DaysBefore((slot + Slots - 1) % Slots, day)));
        if (_lastDay[slot] != day || _days[slot] == 0)
        {
            _days[slot] = (DaysBefore(slot, day) * Decay(1)) + 1;
            _lastDay[slot] = day;
        }

        return rarity / (1 + Math.Max(days - DaysIgnored, 0));
    }

    /// <summary>Writes the days of each half hour f64, then the last day of each i64; frozen, little-endian.</summary>
    public void Write(ref SavedFieldWriter writer)
    {
        writer.Add(_days);
        foreach (var day in _lastDay)
        {
            writer.Add(day);
        }
    }

    /// <summary>Takes over what <see cref="Write"/> wrote.</summary>
    public void Read(ref SavedFieldReader reader)
    {
        reader.Doubles(_days);
        for (var slot = 0; slot < Slots; slot++)
        {
            _lastDay[slot] = reader.Long();
        }
    }

    /// <summary>On how many days before this one something rare came, the last day counting one.</summary>
    private double DaysBefore(int slot, long day) => _days[slot] == 0 ? 0
        : _lastDay[slot] == day ? (_days[slot] - 1) / Decay(1)
        : _days[slot] * Decay(Math.Abs(day - _lastDay[slot]) - 1);

    private static double Decay(long days) => Math.Exp(-days / DaysRemembered);
}
