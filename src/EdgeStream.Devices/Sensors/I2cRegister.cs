using System.Globalization;

namespace EdgeStream.Devices;

/// <summary>A register of a chip without a driver: <c>i2c 1 0x48 0x00 i16 be *0.00390625</c>.</summary>
/// <remarks>
/// The words are the bus (<c>/dev/i2c-1</c>), the chip's address of 7 bits, the register (of 8 bits, or of 16 where it
/// is written with more than two hexadecimal digits; <c>-</c> for a chip that has none), and what
/// <see cref="BinaryField"/> reads of the bytes there. <c>setup:</c> has bytes that are written by themselves before
/// the first reading, and again after one that failed. A chip that a driver of the kernel has is refused: the two would
/// get in each other's way.
/// </remarks>
/// <param name="Bus">The bus's number.</param>
/// <param name="Chip">The chip's address.</param>
/// <param name="Register">The register's number, in the bytes that are written.</param>
/// <param name="Setup">What is written before the first reading.</param>
/// <param name="Field">What stands there.</param>
internal sealed record I2cRegister(int Bus, int Chip, byte[] Register, byte[] Setup, BinaryField Field)
{
    /// <summary>The word for it in addresses.</summary>
    internal const string Kind = "i2c";

    /// <summary>The most bytes that one value has, and that are written at once.</summary>
    internal const int SizeBytesMax = 8;

    private const int WordsBeforeType = 4;
    private const int BusMax = 255;
    private const int ChipMin = 0x03;
    private const int ChipMax = 0x77;
    private const string SetupOption = "setup:";
    private const string Nothing = "-";

    /// <summary>Reads the words of an address.</summary>
    internal static bool TryParse(ReadOnlySpan<string> words, out I2cRegister? register)
    {
        register = null;
        if (words.Length <= WordsBeforeType
            || !int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var bus) || bus > BusMax
            || !HexWord.TryParse(words[2], out var chip) || chip is < ChipMin or > ChipMax
            || !TryReadRegister(words[3], out var number))
        {
            return false;
        }

        var place = new List<string> { "0" };
        byte[] setup = [];
        foreach (var word in words[WordsBeforeType..])
        {
            if (!word.StartsWith(SetupOption, StringComparison.Ordinal))
            {
                place.Add(word);
            }
            else if (!HexWord.TryParseBytes(word[SetupOption.Length..], out setup) || setup.Length > SizeBytesMax)
            {
                return false;
            }
        }

        if (BinaryField.Parse(string.Join(' ', place), out _) is not { IsNumber: true } field
            || field.End > SizeBytesMax)
        {
            return false;
        }

        register = new I2cRegister(bus, chip, number, setup, field);
        return true;
    }

    /// <summary>A register that can be read; whether the chip answers shows with the first value.</summary>
    internal static SensorOffer Offer(string root, SensorAddress address) =>
        TryParse([address.Kind, address.Chip, .. address.Channel.Split(' ')], out var register)
            ? new SensorOffer(address, "", "", () => new I2cProbe(DeviceKernel.Running, root, register!))
            : throw new IOException($"'{address}' is no register.");

    private static bool TryReadRegister(string word, out byte[] register)
    {
        const int CharsOfNarrow = 4;
        register = [];
        if (word == Nothing)
        {
            return true;
        }

        if (!HexWord.TryParse(word, out var number) || number > ushort.MaxValue)
        {
            return false;
        }

        register = word.Length > CharsOfNarrow ? [(byte)(number >> 8), (byte)number] : [(byte)number];
        return true;
    }
}
