using System.Globalization;

namespace EdgeStream.Devices;

/// <summary>A register of a chip without a driver: <c>spi 0.1 0x60 u16 be &gt;&gt;4 mode:0</c>.</summary>
/// <remarks>
/// The words are the device (<c>/dev/spidev0.1</c>), the bytes that are sent in front of the answer, or <c>-</c> for a
/// chip that answers at once, and what <see cref="BinaryField"/> reads of the answer. Then, in any order:
/// <c>mode:</c> 0 to 3, <c>speed:</c> in hertz, <c>bits:</c> 8, 16 or 32 of a word, and <c>setup:</c> with bytes that
/// are sent by themselves before the first reading, and again after one that failed. What is not named is as the device
/// tree has it. Bytes are written as they go over the wire, whatever the size of a word.
/// </remarks>
internal sealed record SpiRegister
{
    /// <summary>The word for it in addresses.</summary>
    internal const string Kind = "spi";

    /// <summary>The most bytes that are sent at once, and that one value has.</summary>
    internal const int SizeBytesMax = 8;

    private const int WordsBeforeType = 3;
    private const int ModeMax = 3;
    private const int SpeedMin = 1_000;
    private const int SpeedMax = 100_000_000;
    private const string Nothing = "-";

    /// <summary>The bus and the chip on it: <c>0.1</c>.</summary>
    internal required string Device { get; init; }

    /// <summary>What is sent in front of the answer.</summary>
    internal byte[] Command { get; private set; } = [];

    /// <summary>What is sent before the first reading.</summary>
    internal byte[] Setup { get; private set; } = [];

    /// <summary>Polarity and phase of the clock; null for those that are set.</summary>
    internal int? Mode { get; private set; }

    /// <summary>The speed in hertz; 0 for the one that is set.</summary>
    internal int Speed { get; private set; }

    /// <summary>The bits of a word; 0 for those that are set, which are 8 nearly everywhere.</summary>
    internal int WordBits { get; private set; }

    /// <summary>What stands in the answer.</summary>
    internal BinaryField Field { get; private set; } = null!;

    /// <summary>How many bytes a word has.</summary>
    internal int WordSizeBytes => WordBits == 0 ? 1 : WordBits / 8;

    /// <summary>Reads the words of an address.</summary>
    internal static bool TryParse(ReadOnlySpan<string> words, out SpiRegister? register)
    {
        register = null;
        if (words.Length <= WordsBeforeType || !IsDevice(words[1]))
        {
            return false;
        }

        var found = new SpiRegister { Device = words[1] };
        var place = new List<string> { "0" };
        foreach (var word in words[WordsBeforeType..])
        {
            if (!found.TryTakeOption(word))
            {
                place.Add(word);
            }
        }

        var command = Array.Empty<byte>();
        if ((words[2] != Nothing && !HexWord.TryParseBytes(words[2], out command))
            || BinaryField.Parse(string.Join(' ', place), out _) is not { IsNumber: true } field)
        {
            return false;
        }

        (found.Command, found.Field) = (command, field);
        register = found;
        return found.IsWhole(command.Length) && found.IsWhole(found.Setup.Length) && found.IsWhole(field.End);
    }

    /// <summary>A register that can be read; a chip that does not answer shows as zeros or ones.</summary>
    internal static SensorOffer Offer(string root, SensorAddress address) =>
        TryParse([address.Kind, address.Chip, .. address.Channel.Split(' ')], out var register)
            ? new SensorOffer(address, "", "", () => new SpiProbe(DeviceKernel.Running, root, register!))
            : throw new IOException($"'{address}' is no register.");

    private bool TryTakeOption(string word)
    {
        var colon = word.IndexOf(':', StringComparison.Ordinal);
        var text = word[(colon + 1)..];
        switch (colon < 0 ? "" : word[..colon])
        {
            case "mode" when TryParse(text, 0, ModeMax, out var mode):
                Mode = mode;
                return true;
            case "speed" when TryParse(text, SpeedMin, SpeedMax, out var speed):
                Speed = speed;
                return true;
            case "bits" when text is "8" or "16" or "32":
                WordBits = int.Parse(text, CultureInfo.InvariantCulture);
                return true;
            case "setup" when HexWord.TryParseBytes(text, out var setup):
                Setup = setup;
                return true;
            default:
                return false;
        }
    }

    private bool IsWhole(int sizeBytes) => sizeBytes <= SizeBytesMax && sizeBytes % WordSizeBytes == 0;

    /// <summary>Two numbers with a point between them.</summary>
    private static bool IsDevice(string text)
    {
        var point = text.IndexOf('.', StringComparison.Ordinal);
        return point > 0 && TryParse(text[..point], 0, ushort.MaxValue, out _)
            && TryParse(text[(point + 1)..], 0, byte.MaxValue, out _);
    }

    private static bool TryParse(string text, int least, int most, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number)
        && number >= least && number <= most;
}
