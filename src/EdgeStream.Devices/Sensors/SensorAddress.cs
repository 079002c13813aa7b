namespace EdgeStream.Devices;

/// <summary>Where the kernel has a sensor: <c>hwmon lm75 temp1</c>.</summary>
/// <remarks>
/// The words are the kind (<c>hwmon</c>, <c>iio</c>, <c>thermal</c>, <c>w1</c>, <c>power</c>, <c>i2c</c>, <c>spi</c>),
/// the chip by the name that its driver gives, and the channel. Where two chips have one name, <c>lm75@1-0048</c> tells
/// them apart by the device's name on its bus. <c>w1</c> and <c>thermal</c> have no channel.
/// </remarks>
/// <param name="Kind">The class of devices.</param>
/// <param name="Chip">The chip's name.</param>
/// <param name="Device">The device's name on its bus; empty where the chip's name is enough.</param>
/// <param name="Channel">The channel; for <c>i2c</c> the chip's address, the register and its type; for <c>spi</c> the
/// command, the type and the settings.</param>
internal sealed record SensorAddress(string Kind, string Chip, string Device, string Channel)
{
    /// <summary>What is read together, by one thread.</summary>
    internal string ChipText => $"{Kind} {Chip}{(Device.Length > 0 ? "@" : "")}{Device}"
        + (Kind == I2cRegister.Kind ? $" {Channel.Split(' ')[0]}" : "");

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Kind} {Chip}{(Device.Length > 0 ? "@" : "")}{Device}{(Channel.Length > 0 ? " " : "")}{Channel}";

    /// <summary>Reads an address; null with what is wrong.</summary>
    internal static SensorAddress? Parse(string text, out string problem)
    {
        problem = "";
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var isKnown = words.Length >= 2 && !words[1].Contains('/') && words[0] switch
        {
            "hwmon" or "iio" or "power" => words.Length == 3 && !words[2].Contains('/'),
            "thermal" or "w1" => words.Length == 2,
            I2cRegister.Kind => I2cRegister.TryParse(words, out _),
            SpiRegister.Kind => SpiRegister.TryParse(words, out _),
            _ => false,
        };
        if (!isKnown)
        {
            problem = $"'{text}' is no sensor; write it like 'hwmon lm75 temp1', 'iio bme280 pressure', "
                + "'thermal cpu-thermal', 'w1 28-0316a2f4aeff', 'power BAT0 voltage_now', "
                + "'i2c 1 0x48 0x00 i16 be *0.00390625' or 'spi 0.1 0x60 u16 be >>4 mode:0'. "
                + "'edgestream sensors list' shows what there is";
            return null;
        }

        var at = words[1].IndexOf('@');
        return new SensorAddress(
            words[0],
            at < 0 ? words[1] : words[1][..at],
            at < 0 ? "" : words[1][(at + 1)..],
            string.Join(' ', words.AsSpan(2)));
    }

    /// <summary>Whether a sensor that the kernel has is the one that is meant.</summary>
    internal bool IsMeant(SensorAddress found) =>
        Kind == found.Kind && Chip == found.Chip && Channel == found.Channel
        && (Device.Length == 0 || Device == found.Device);
}
