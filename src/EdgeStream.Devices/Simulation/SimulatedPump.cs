using System.Text.Json;

namespace EdgeStream.Devices;

/// <summary>A pump that shakes hard for a quarter of a minute, once in three minutes on average.</summary>
internal sealed class SimulatedPump(int seed) : SimulatedDevice("pump", seed)
{
    private const double UsualVibration = 2.2;
    private const double AnomalyFactor = 4.2;
    private const double AnomalySeconds = 15;
    private const double MeanSecondsBetweenAnomalies = 180;
    private const double UsualCelsius = 46;
    private const double AnomalyCelsius = 58;
    private const double SecondsToWarm = 60;

    private double _anomalySecondsLeft;
    private double _celsius = UsualCelsius;

    /// <inheritdoc/>
    internal override void Write(double hour, double elapsedSeconds, Utf8JsonWriter writer)
    {
        _anomalySecondsLeft = Math.Max(0, _anomalySecondsLeft - elapsedSeconds);
        if (_anomalySecondsLeft == 0 && Happens(MeanSecondsBetweenAnomalies, elapsedSeconds))
        {
            _anomalySecondsLeft = AnomalySeconds;
        }

        var shaking = _anomalySecondsLeft > 0;
        var goal = shaking ? AnomalyCelsius : UsualCelsius;
        _celsius += (goal - _celsius) * (1 - Math.Exp(-elapsedSeconds / SecondsToWarm));
        var vibration = (UsualVibration * (shaking ? AnomalyFactor : 1)) + Noise();
        WriteNumber(writer, "vibration_mm_per_second"u8, vibration, decimals: 3);
        WriteNumber(writer, "motor_temperature_celsius"u8, _celsius + (Noise() / 4), decimals: 2);
    }
}
