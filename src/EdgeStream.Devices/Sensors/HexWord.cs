using System.Buffers;
using System.Globalization;

namespace EdgeStream.Devices;

/// <summary>Numbers and bytes of addresses, written as <c>0x48</c>.</summary>
internal static class HexWord
{
    private const string Prefix = "0x";

    /// <summary>A number of up to 31 bits.</summary>
    internal static bool TryParse(string text, out int number)
    {
        number = 0;
        return text.StartsWith(Prefix, StringComparison.Ordinal)
            && int.TryParse(
                text.AsSpan(Prefix.Length), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number)
            && number >= 0;
    }

    /// <summary>Bytes in the order in which they are written, two digits each; false for none.</summary>
    internal static bool TryParseBytes(string text, out byte[] bytes)
    {
        bytes = [];
        if (!text.StartsWith(Prefix, StringComparison.Ordinal) || text.Length <= Prefix.Length)
        {
            return false;
        }

        var found = new byte[(text.Length - Prefix.Length) / 2];
        var isWhole = Convert.FromHexString(text.AsSpan(Prefix.Length), found, out _, out _) == OperationStatus.Done;
        bytes = isWhole ? found : [];
        return isWhole;
    }
}
