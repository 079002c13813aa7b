using System.Globalization;

namespace EdgeStream.Devices;

/// <summary>A register of a chip without a driver: <c>i2c 1 0x48 0x00 i16 be *0.00390625</c>.</summary>
/// <remarks>
/// The words are the bus (<c>/dev/i2c-1</c>), the chip's address of 7 bits, the register (of 8 bits, or of 16 where it
/// is written with more than two hexadecimal digits), and what <see cref="BinaryField"/> reads of the bytes there. A
/// chip that a driver of the kernel has is refused: the two would get in each other's way.
/// </remarks>
/// <param name="Bus">The bus's number.</param>
/// <param name="Chip">The chip's address.</param>
/// <param name="Register">The register.</param>
/// <param name="IsWide">Whether the register has 16 bits.</param>
/// <param name="Field">What stands there.</param>
internal sealed record I2cRegister(int Bus, int Chip, int Register, bool IsWide, BinaryField Field)
{
    /// <summary>The word for it in addresses.</summary>
    internal const string Kind = "i2c";

    /// <summary>The most bytes that one value has.</summary>
    internal const int SizeBytesMax = 8;

    private const int WordsBeforeType = 4;
    private const int BusMax = 255;
    private const int ChipMin = 0x03;
    private const int ChipMax = 0x77;

    /// <summary>Reads the words of an address.</summary>
    internal static bool TryParse(ReadOnlySpan<string> words, out I2cRegister? register)
    {
        register = null;
        if (words.Length <= WordsBeforeType
            || !int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var bus) || bus > BusMax
            || !HexWord.TryParse(words[2], out var chip) || chip is < ChipMin or > ChipMax
            || !HexWord.TryParse(words[3], out var number) || number > ushort.MaxValue
            || BinaryField.Parse($"0 {string.Join(' ', words[WordsBeforeType..]!)}", out _) is not
                { IsNumber: true } field
            || field.End > SizeBytesMax)
        {
            return false;
        }

        const int CharsOfNarrow = 4;
        register = new I2cRegister(bus, chip, number, words[3].Length > CharsOfNarrow, field);
        return true;
    }

    /// <summary>A register that can be read; whether the chip answers shows with the first value.</summary>
    internal static SensorOffer Offer(string root, SensorAddress address) =>
        TryParse([address.Kind, address.Chip, .. address.Channel.Split(' ')], out var register)
            ? new SensorOffer(address, "", "", () => new I2cProbe(DeviceKernel.Running, root, register!))
            : throw new IOException($"'{address}' is no register.");
}
