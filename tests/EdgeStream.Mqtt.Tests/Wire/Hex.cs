using System.Globalization;
using System.Text;

namespace EdgeStream.Mqtt.Tests;

/// <summary>Packets as one writes them by hand: hex bytes, and text between single quotes.</summary>
internal static class Hex
{
    internal static byte[] Bytes(string text)
    {
        var bytes = new List<byte>();
        int i = 0;
        while (i < text.Length)
        {
            if (text[i] == '\'')
            {
                int end = text.IndexOf('\'', i + 1);
                bytes.AddRange(Encoding.UTF8.GetBytes(text[(i + 1)..end]));
                i = end + 1;
            }
            else if (char.IsWhiteSpace(text[i]))
            {
                i++;
            }
            else
            {
                bytes.Add(byte.Parse(text.AsSpan(i, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
                i += 2;
            }
        }

        return [.. bytes];
    }

    internal static string Of(ReadOnlySpan<byte> bytes) => Convert.ToHexString(bytes);
}
