namespace EdgeStream.Devices;

/// <summary>One line of line protocol, read from front to back.</summary>
internal ref struct InfluxLine(ReadOnlySpan<byte> text)
{
    /// <summary>What has not been taken.</summary>
    internal ReadOnlySpan<byte> Rest { get; private set; } = text;

    /// <summary>Takes a line off a text; a line break in a quoted value belongs to it.</summary>
    internal static ReadOnlySpan<byte> TakeLine(scoped ref ReadOnlySpan<byte> text)
    {
        var inQuotes = false;
        for (var i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case (byte)'\\':
                    i++;
                    break;
                case (byte)'"':
                    inQuotes = !inQuotes;
                    break;
                case (byte)'\n' when !inQuotes:
                    var line = text[..i];
                    text = text[(i + 1)..];
                    return line;
            }
        }

        var last = text;
        text = default;
        return last;
    }

    /// <summary>Takes the measurement; <paramref name="end"/> is the comma or space behind it, or 0.</summary>
    internal ReadOnlySpan<byte> TakeName(GrowingBytes kept, out byte end) => Take(kept, ", "u8, out end);

    /// <summary>Takes a tag; <paramref name="end"/> is the comma or space behind it, or 0.</summary>
    internal bool TryTakeTag(
        GrowingBytes kept, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value, out byte end)
    {
        name = Take(kept, ", ="u8, out end);
        value = end == '=' ? Take(kept, ", "u8, out end) : default;
        return !name.IsEmpty && !value.IsEmpty;
    }

    /// <summary>Takes a field with its value as it stands; <paramref name="end"/> is the comma or space behind it, or
    /// 0.</summary>
    internal bool TryTakeField(
        GrowingBytes kept, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value, out byte end)
    {
        name = Take(kept, ", ="u8, out end);
        value = default;
        if (name.IsEmpty || end != '=')
        {
            return false;
        }

        var length = 0;
        if (Rest is [(byte)'"', ..])
        {
            for (length = 1; length < Rest.Length && Rest[length] != '"'; length++)
            {
                length += Rest[length] == '\\' ? 1 : 0;
            }

            length++;
        }
        else
        {
            length = Rest.IndexOfAny(", "u8);
            length = length < 0 ? Rest.Length : length;
        }

        if (length > Rest.Length || (length < Rest.Length && Rest[length] is not ((byte)',' or (byte)' ')))
        {
            return false;
        }

        value = Rest[..length];
        end = length < Rest.Length ? Rest[length] : (byte)0;
        Rest = length < Rest.Length ? Rest[(length + 1)..] : default;
        return !value.IsEmpty;
    }

    /// <summary>A text without the backslashes that make the character behind them plain.</summary>
    internal static ReadOnlySpan<byte> Unescape(ReadOnlySpan<byte> text, GrowingBytes kept)
    {
        if (!text.Contains((byte)'\\'))
        {
            return text;
        }

        var start = kept.Count;
        for (var i = 0; i < text.Length; i++)
        {
            var isEscape = text[i] == '\\' && i + 1 < text.Length
                && text[i + 1] is ((byte)',' or (byte)'=' or (byte)' ' or (byte)'"' or (byte)'\\');
            i += isEscape ? 1 : 0;
            kept.Add(text[i]);
        }

        return kept.All[start..];
    }

    private ReadOnlySpan<byte> Take(GrowingBytes kept, ReadOnlySpan<byte> ends, out byte end)
    {
        var length = 0;
        while (length < Rest.Length && !ends.Contains(Rest[length]))
        {
            length += Rest[length] == '\\' && length + 1 < Rest.Length ? 2 : 1;
        }

        end = length < Rest.Length ? Rest[length] : (byte)0;
        var taken = Rest[..length];
        Rest = length < Rest.Length ? Rest[(length + 1)..] : default;
        return Unescape(taken, kept);
    }
}
