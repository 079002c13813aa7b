using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace EdgeStream.Sql;

/// <summary>A place in a JSON text, and the grammar of its values: skips and checks them.</summary>
internal ref struct JsonCursor(ReadOnlySpan<byte> json)
{
    private const ulong EachByte = 0x0101_0101_0101_0101;
    private const ulong HighBits = 0x8080_8080_8080_8080;
    private const int DigitsMax = 19;

    /// <summary>Where the cursor stands.</summary>
    public int At;

    public readonly ReadOnlySpan<byte> Json = json;

    public readonly bool IsEnd => At >= Json.Length;

    /// <summary>Skips white space; the byte that stands there then, 0 at the end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte Next()
    {
        var json = Json;
        var at = At;
        while ((uint)at < (uint)json.Length)
        {
            var value = json[at];
            if (value > ' ' || value is not ((byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t'))
            {
                At = at;
                return value;
            }

            at++;
        }

        At = at;
        return 0;
    }

    /// <summary>Skips the value that starts with a byte, inside so many open objects and arrays.</summary>
    public bool TrySkip(byte first, int depth)
    {
        switch (first)
        {
            case (byte)'"':
                return TryText(out _, out _, out _);
            case (byte)'{' or (byte)'[':
                return TrySkipContainer(first, depth);
            default:
                return TrySkipScalar(first);
        }
    }

    /// <summary>Takes a text; the cursor stands on its quote. The length is that between the quotes, escapes
    /// included.</summary>
    public bool TryText(out int start, out int length, out bool isEscaped)
    {
        var json = Json;
        var at = start = At + 1;
        isEscaped = false;
        while (true)
        {
            while (at <= json.Length - sizeof(ulong))
            {
                var special = Special(BinaryPrimitives.ReadUInt64LittleEndian(json[at..]));
                if (special != 0)
                {
                    at += BitOperations.TrailingZeroCount(special) >> 3;
                    break;
                }

                at += sizeof(ulong);
            }

            while (at < json.Length && json[at] >= ' ' && json[at] is not ((byte)'"' or (byte)'\\'))
            {
                at++;
            }

            if (at >= json.Length || json[at] < ' ')
            {
                length = 0;
                return false;
            }

            if (json[at] == '"')
            {
                At = at + 1;
                length = at - start;
                return true;
            }

            isEscaped = true;
            if (!TrySkipEscape(json, ref at))
            {
                length = 0;
                return false;
            }
        }
    }

    /// <summary>Takes a number; the cursor stands on its sign or first digit.</summary>
    public bool TryNumber(out JsonNumber number)
    {
        var json = Json;
        var at = At;
        number = new JsonNumber { Start = at, IsNegative = json[at] == '-' };
        at += number.IsNegative ? 1 : 0;
        if ((uint)at >= (uint)json.Length)
        {
            return false;
        }

        var first = at;
        if (json[at] == '0')
        {
            at++;
        }
        else if (!TryDigits(json, ref at, ref number))
        {
            return false;
        }

        if (at < json.Length && json[at] == '.')
        {
            var fraction = ++at;
            if (!TryDigits(json, ref at, ref number))
            {
                return false;
            }

            number.IsWhole = false;
            number.Exponent = fraction - at;
        }
        else
        {
            number.IsWhole = true;
        }

        if (at < json.Length && json[at] is (byte)'e' or (byte)'E' && !TryExponent(json, ref at, ref number))
        {
            return false;
        }

        number.Length = at - number.Start;
        number.IsLong = at - first > DigitsMax;
        At = at;
        return true;
    }

    /// <summary>Marks the bytes of a word that are a quote, a backslash or a control character by their high bit. The
    /// lowest mark is right; the ones above it may be wrong.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Special(ulong word)
    {
        var quotes = word ^ ('"' * EachByte);
        var slashes = word ^ ('\\' * EachByte);
        return (((quotes - EachByte) & ~quotes) | ((slashes - EachByte) & ~slashes)
            | ((word - (' ' * EachByte)) & ~word)) & HighBits;
    }

    private static bool TrySkipEscape(ReadOnlySpan<byte> json, ref int at)
    {
        if (++at >= json.Length)
        {
            return false;
        }

        var kind = json[at++];
        if (kind != 'u')
        {
            return kind is (byte)'"' or (byte)'\\' or (byte)'/' or (byte)'b' or (byte)'f' or (byte)'n' or (byte)'r'
                or (byte)'t';
        }

        for (var end = at + 4; at < end; at++)
        {
            if (at >= json.Length || !char.IsAsciiHexDigit((char)json[at]))
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryDigits(ReadOnlySpan<byte> json, ref int at, ref JsonNumber number)
    {
        var start = at;
        var digits = number.Digits;
        while ((uint)at < (uint)json.Length && (uint)(json[at] - '0') <= 9)
        {
            digits = unchecked((digits * 10) + (uint)(json[at++] - '0'));
        }

        number.Digits = digits;
        return at > start;
    }

    private static bool TryExponent(ReadOnlySpan<byte> json, ref int at, ref JsonNumber number)
    {
        at++;
        var isNegative = at < json.Length && json[at] == '-';
        at += at < json.Length && json[at] is (byte)'-' or (byte)'+' ? 1 : 0;
        var start = at;
        var exponent = 0;
        while ((uint)at < (uint)json.Length && (uint)(json[at] - '0') <= 9)
        {
            exponent = Math.Min((exponent * 10) + json[at++] - '0', 100_000);
        }

        number.IsWhole = false;
        number.Exponent += isNegative ? -exponent : exponent;
        return at > start;
    }

    /// <summary>Skips an object or array with all that is in it: which of the open ones are objects is a bit
    /// each.</summary>
    private bool TrySkipContainer(byte first, int depth)
    {
        ulong objects = 0;
        var open = 0;
        var next = first;
        while (true)
        {
            var isOpened = next is (byte)'{' or (byte)'[';
            if (isOpened)
            {
                if (depth + open >= JsonScanner.DepthMax)
                {
                    return false;
                }

                objects = (objects << 1) | (next == '{' ? 1UL : 0);
                open++;
                At++;
            }
            else if (!TrySkipScalar(next))
            {
                return false;
            }

            if (!TryNextElement(ref objects, ref open, isOpened, out next))
            {
                return false;
            }

            if (open == 0)
            {
                return true;
            }
        }
    }

    /// <summary>Goes to the next element's first byte: over closing brackets, a comma, and a member's name.</summary>
    private bool TryNextElement(ref ulong objects, ref int open, bool isFirst, out byte next)
    {
        next = Next();
        while (next == ((objects & 1) != 0 ? '}' : ']'))
        {
            At++;
            objects >>= 1;
            isFirst = false;
            if (--open == 0)
            {
                return true;
            }

            next = Next();
        }

        if (!isFirst)
        {
            if (next != ',')
            {
                return false;
            }

            At++;
            next = Next();
        }

        if ((objects & 1) == 0)
        {
            return true;
        }

        if (next != '"' || !TryText(out _, out _, out _) || Next() != ':')
        {
            return false;
        }

        At++;
        next = Next();
        return true;
    }

    private bool TrySkipScalar(byte first)
    {
        switch (first)
        {
            case (byte)'"':
                return TryText(out _, out _, out _);
            case (byte)'t':
                return TrySkipWord("true"u8);
            case (byte)'f':
                return TrySkipWord("false"u8);
            case (byte)'n':
                return TrySkipWord("null"u8);
            case (byte)'-' or (>= (byte)'0' and <= (byte)'9'):
                return TryNumber(out _);
            default:
                return false;
        }
    }

    private bool TrySkipWord(ReadOnlySpan<byte> word)
    {
        var isHere = Json[At..].StartsWith(word);
        At += word.Length;
        return isHere;
    }
}
