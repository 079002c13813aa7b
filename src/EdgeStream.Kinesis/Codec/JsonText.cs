using System.Buffers;

namespace EdgeStream.Kinesis;

/// <summary>Writes text as JSON does: quotation marks, backslashes and control characters are escaped.</summary>
internal static class JsonText
{
    private static readonly SearchValues<byte> Escaped = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(value => (byte)value), (byte)'"', (byte)'\\']);

    /// <summary>Writes the text with its quotation marks.</summary>
    internal static void Write(ResponseBuffer buffer, ReadOnlySpan<byte> utf8)
    {
        var room = buffer.Room(utf8.Length + 2);
        room[0] = (byte)'"';
        var escape = utf8.IndexOfAny(Escaped);
        if (escape < 0)
        {
            utf8.CopyTo(room[1..]);
            room[utf8.Length + 1] = (byte)'"';
            buffer.Advance(utf8.Length + 2);
            return;
        }

        buffer.Advance(1);
        WriteEscaped(buffer, utf8, escape);
    }

    private static void WriteEscaped(ResponseBuffer buffer, ReadOnlySpan<byte> utf8, int escape)
    {
        while (escape >= 0)
        {
            buffer.Write(utf8[..escape]);
            var letter = utf8[escape];
            if (letter >= 0x20)
            {
                buffer.Write([(byte)'\\', letter]);
            }
            else
            {
                buffer.Write("\\u00"u8);
                buffer.Write([Digit(letter >> 4), Digit(letter & 0xF)]);
            }

            utf8 = utf8[(escape + 1)..];
            escape = utf8.IndexOfAny(Escaped);
        }

        buffer.Write(utf8);
        buffer.Write((byte)'"');
    }

    private static byte Digit(int value) => (byte)(value < 10 ? '0' + value : 'a' + value - 10);
}
