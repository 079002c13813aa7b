using System.Text.Json;

namespace EdgeStream.Devices;

/// <summary>Air in a greenhouse: warmest at three in the afternoon, and the drier the warmer.</summary>
internal sealed class SimulatedGreenhouse(int seed) : SimulatedDevice("greenhouse", seed)
{
    private const double MeanCelsius = 21;
    private const double DaySwingCelsius = 7;
    private const double WarmestHour = 15;
    private const double HumidityPercentAtMean = 68;
    private const double HumidityPercentPerDegree = 2.2;

    /// <inheritdoc/>
    internal override void Write(double hour, double elapsedSeconds, Utf8JsonWriter writer)
    {
        var day = DaySwingCelsius * Math.Cos((hour - WarmestHour) / 24 * Math.Tau);
        var humidity = HumidityPercentAtMean - (HumidityPercentPerDegree * day) + Noise();
        WriteNumber(writer, "temperature_celsius"u8, MeanCelsius + day + (Noise() / 2), decimals: 2);
        WriteNumber(writer, "humidity_percent"u8, Math.Clamp(humidity, 0, 100), decimals: 1);
    }
}
