namespace EdgeStream.Devices;

/// <summary>The grammar of a number in RFC 8259, section 6: <c>[ minus ] int [ frac ] [ exp ]</c>.</summary>
internal static class JsonNumber
{
    /// <summary>Reads as much of a number as there is.</summary>
    /// <param name="text">The text around it.</param>
    /// <param name="position">Where it starts.</param>
    /// <param name="isNumber">Whether what was read is a whole number by the grammar.</param>
    /// <returns>
    /// The position behind it; where the number breaks off, the position of what does not belong there.
    /// </returns>
    internal static int End(ReadOnlySpan<byte> text, int position, out bool isNumber)
    {
        isNumber = false;
        position = Skip(text, position, (byte)'-', (byte)'-');
        var digits = DigitsEnd(text, position);
        if (digits == position)
        {
            return position;
        }

        if (text[position] == '0' && digits > position + 1)
        {
            // A number has no leading zeros.
            return position + 1;
        }

        position = digits;
        if (position < text.Length && text[position] == '.')
        {
            digits = DigitsEnd(text, position + 1);
            if (digits == position + 1)
            {
                return digits;
            }

            position = digits;
        }

        if (position < text.Length && text[position] is (byte)'e' or (byte)'E')
        {
            var exponent = Skip(text, position + 1, (byte)'+', (byte)'-');
            digits = DigitsEnd(text, exponent);
            if (digits == exponent)
            {
                return digits;
            }

            position = digits;
        }

        isNumber = true;
        return position;
    }

    private static int Skip(ReadOnlySpan<byte> text, int position, byte either, byte or) =>
        position < text.Length && (text[position] == either || text[position] == or) ? position + 1 : position;

    private static int DigitsEnd(ReadOnlySpan<byte> text, int position)
    {
        var count = text[Math.Min(position, text.Length)..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return count < 0 ? text.Length : position + count;
    }
}
