using System.Globalization;

namespace EdgeStream.Devices;

/// <summary>A thermometer on 1-Wire, with what is no temperature refused.</summary>
/// <remarks>
/// <c>w1_slave</c> shows the nine bytes of the answer, whether their checksum is right, and the temperature:
/// <c>4b 01 4b 46 7f ff 05 10 e1 : crc=e1 YES</c>, then the bytes again and <c>t=20687</c>; from Linux 5.8 on nothing
/// at all where the checksum was wrong each time that the driver has asked. Refused are a wrong checksum, nine zeros (a
/// bus that is shorted; their checksum is right), and 85 °C with the byte 6 of the power-on
/// state (0x0C): the chip has lost its supply and has measured nothing. A measured 85 °C has another byte there. Where
/// the driver has only <c>temperature</c>, 85 °C is believed within 5 °C of the value before.
/// </remarks>
/// <param name="folder">The thermometer's folder.</param>
internal sealed class OneWireProbe(string folder) : ISensorProbe
{
    private const int AnswerSizeBytes = 9;
    private const int PowerOnByteIndex = 6;
    private const byte PowerOnByte = 0x0C;
    private const double MillidegreesPerDegree = 1000;
    private const double PowerOnCelsius = 85;
    private const double StepCelsiusMax = 5;
    private const string PowerOn =
        "85 °C is what the thermometer says before it has measured: it has lost its supply. Look at "
        + "its wires; three of them are safer than two.";

    private readonly string _answer = Path.Combine(folder, "w1_slave");
    private readonly string _temperature = Path.Combine(folder, "temperature");
    private double _last = double.NaN;

    /// <inheritdoc/>
    public SensorValue Read()
    {
        var celsius = File.Exists(_answer) ? ReadAnswer() : ReadTemperature();
        _last = celsius;
        return SensorValue.Of(celsius);
    }

    private double ReadAnswer()
    {
        var text = KernelAttribute.ReadText(_answer);
        if (text.Length == 0)
        {
            throw new IOException("The driver has no answer of the thermometer: the checksum (CRC) was wrong each "
                + "time, or it does not answer. Look at its wires.");
        }

        Span<byte> bytes = stackalloc byte[AnswerSizeBytes];
        var at = text.LastIndexOf("t=", StringComparison.Ordinal);
        if (!TryReadBytes(text, bytes) || at < 0
            || !int.TryParse(
                text.AsSpan(at + 2), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var millidegrees))
        {
            throw new IOException($"{_answer} does not hold the answer of a thermometer.");
        }

        if (!text.Contains(" YES", StringComparison.Ordinal) || Checksum(bytes[..^1]) != bytes[^1])
        {
            throw new IOException("The answer's checksum (CRC) is wrong: the wire is disturbed, or too long.");
        }

        if (!bytes.ContainsAnyExcept((byte)0))
        {
            throw new IOException("The answer is nothing but zeros: the wire is shorted.");
        }

        var celsius = millidegrees / MillidegreesPerDegree;
        return celsius == PowerOnCelsius && bytes[PowerOnByteIndex] == PowerOnByte
            ? throw new IOException(PowerOn)
            : celsius;
    }

    private double ReadTemperature()
    {
        var celsius = KernelAttribute.ReadNumber(_temperature) / MillidegreesPerDegree;
        return celsius == PowerOnCelsius && !(Math.Abs(celsius - _last) <= StepCelsiusMax)
            ? throw new IOException(PowerOn)
            : celsius;
    }

    private static bool TryReadBytes(string text, Span<byte> bytes)
    {
        const int CharsPerByte = 3;
        for (var i = 0; i < bytes.Length; i++)
        {
            if (text.Length < CharsPerByte * (i + 1)
                || !byte.TryParse(
                    text.AsSpan(CharsPerByte * i, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture,
                    out bytes[i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The checksum of 1-Wire: x^8 + x^5 + x^4 + 1, lowest bit first.</summary>
    private static byte Checksum(ReadOnlySpan<byte> bytes)
    {
        const int Polynomial = 0x8C;
        var sum = 0;
        foreach (var one in bytes)
        {
            sum ^= one;
            for (var bit = 0; bit < 8; bit++)
            {
                sum = (sum & 1) == 1 ? (sum >> 1) ^ Polynomial : sum >> 1;
            }
        }

        return (byte)sum;
    }
}
