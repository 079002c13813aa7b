using System.Text.Json;

namespace EdgeStream.Devices;

/// <summary>A tank that empties slowly and is filled fast when it is at a fifth.</summary>
internal sealed class SimulatedTank(int seed) : SimulatedDevice("tank", seed)
{
    private const double FillAtPercent = 20;
    private const double FullPercent = 95;
    private const double EmptiedPercentPerSecond = 0.12;
    private const double FilledPercentPerSecond = 1.5;

    private double _levelPercent = 72;
    private bool _filling;

    /// <inheritdoc/>
    internal override void Write(double hour, double elapsedSeconds, Utf8JsonWriter writer)
    {
        _levelPercent += elapsedSeconds * (_filling ? FilledPercentPerSecond : -EmptiedPercentPerSecond);
        _levelPercent = Math.Clamp(_levelPercent, FillAtPercent, FullPercent);
        _filling = _filling ? _levelPercent < FullPercent : _levelPercent <= FillAtPercent;
        WriteNumber(writer, "level_percent"u8, Math.Clamp(_levelPercent + (Noise() / 4), 0, 100), decimals: 2);
        WriteNumber(writer, "inlet_open"u8, _filling ? 1 : 0, decimals: 0);
    }
}
