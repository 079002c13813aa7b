using EdgeStream.Storage;

namespace EdgeStream.Devices;

/// <summary>How a sensor does at one moment.</summary>
/// <param name="Name">What its values are called.</param>
/// <param name="Sensor">Where the kernel has it.</param>
/// <param name="Unit">The unit of its values; empty for none, and while it was never there.</param>
/// <param name="Readings">How often it was read.</param>
/// <param name="Failures">How often it could not be.</param>
/// <param name="Value">The last value; null for none, and where it is a word.</param>
/// <param name="Text">The last value where it is a word; null for none.</param>
/// <param name="LastReading">When it was read last; null for never.</param>
/// <param name="IsStale">Whether it has given nothing for three periods.</param>
/// <param name="Problem">Why it could not be read, a whole sentence; null while it can.</param>
public sealed record SensorStatus(
    string Name,
    string Sensor,
    string Unit,
    long Readings,
    long Failures,
    double? Value,
    string? Text,
    Timestamp? LastReading,
    bool IsStale,
    string? Problem)
{
    /// <summary>Scans of a buffer, or edges of a line, that came to nothing because nobody had room for
    /// them.</summary>
    public long Lost { get; init; }
}
