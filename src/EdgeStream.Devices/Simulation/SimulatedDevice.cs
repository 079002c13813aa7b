using System.Text.Json;

namespace EdgeStream.Devices;

/// <summary>One made-up device: the same seed and the same times give the same readings.</summary>
internal abstract class SimulatedDevice(string name, int seed)
{
    private const double SpreadOfNoise = 0.3;

    /// <summary>The last part of the device id.</summary>
    internal string Name { get; } = name;

    /// <summary>The device's own random numbers.</summary>
    protected Random Random { get; } = new(seed);

    /// <summary>Lets time pass and writes the members of the reading.</summary>
    /// <param name="hour">The hour of the day, 0 to 24, UTC.</param>
    /// <param name="elapsedSeconds">Since the reading before; 0 at first.</param>
    /// <param name="writer">Stands inside the object.</param>
    internal abstract void Write(double hour, double elapsedSeconds, Utf8JsonWriter writer);

    /// <summary>Rounded, as a sensor's own resolution would.</summary>
    protected static void WriteNumber(Utf8JsonWriter writer, ReadOnlySpan<byte> name, double value, int decimals) =>
        writer.WriteNumber(name, Math.Round(value, decimals));

    /// <summary>A small error around zero that is mostly small: the sum of uniform draws is nearly normal.</summary>
    protected double Noise() => (Random.NextDouble() + Random.NextDouble() + Random.NextDouble() - 1.5) * SpreadOfNoise;

    /// <summary>
    /// Whether something that happens once in <paramref name="meanSeconds"/> on average happened in the time that
    /// passed.
    /// </summary>
    protected bool Happens(double meanSeconds, double elapsedSeconds) =>
        Random.NextDouble() < 1 - Math.Exp(-elapsedSeconds / meanSeconds);
}
