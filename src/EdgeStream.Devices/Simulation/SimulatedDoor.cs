using System.Text.Json;

namespace EdgeStream.Devices;

/// <summary>A door contact: opened about every forty seconds, left open for about six.</summary>
internal sealed class SimulatedDoor(int seed) : SimulatedDevice("door", seed)
{
    private const double MeanSecondsClosed = 40;
    private const double MeanSecondsOpen = 6;

    private bool _open;
    private long _openingCount;

    /// <inheritdoc/>
    internal override void Write(double hour, double elapsedSeconds, Utf8JsonWriter writer)
    {
        if (Happens(_open ? MeanSecondsOpen : MeanSecondsClosed, elapsedSeconds))
        {
            _open = !_open;
            _openingCount += _open ? 1 : 0;
        }

        WriteNumber(writer, "open"u8, _open ? 1 : 0, decimals: 0);
        WriteNumber(writer, "openings_count"u8, _openingCount, decimals: 0);
    }
}
