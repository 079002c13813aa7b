using System.Buffers.Binary;
using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Text;
using EdgeStream.Storage;

namespace EdgeStream.Kinesis;

/// <summary>Writes a response or an event in JSON 1.1 or CBOR 1.1.</summary>
/// <remarks>Bytes and texts go from where they are into the buffer: nothing is allocated for a value. Not
/// thread-safe.</remarks>
internal sealed class ResponseWriter(ResponseBuffer buffer, WireFormat format)
{
    private const byte IndefiniteMap = 0xBF;
    private const byte IndefiniteList = 0x9F;
    private const byte Break = 0xFF;
    private const byte TimestampTag = 0xC1;
    private const int NumberSizeMax = 24;

    private readonly bool _isCbor = format == WireFormat.Cbor;
    private bool _needsComma;

    /// <summary>The format.</summary>
    internal WireFormat Format => format;

    /// <summary>How many bytes the buffer holds.</summary>
    internal int SizeBytes => buffer.Count;

    /// <summary>Begins a new document behind what the buffer holds.</summary>
    internal void Restart() => _needsComma = false;

    /// <summary>Begins the response, a structure within a list, or the value of a member.</summary>
    internal void BeginStructure() => Begin((byte)'{', IndefiniteMap);

    /// <summary>Ends it.</summary>
    internal void EndStructure() => End((byte)'}');

    /// <summary>Begins a list as the value of a member.</summary>
    internal void BeginList(MemberName name)
    {
        Name(name);
        Begin((byte)'[', IndefiniteList);
    }

    /// <summary>Begins a structure as the value of a member.</summary>
    internal void BeginStructure(MemberName name)
    {
        Name(name);
        BeginStructure();
    }

    /// <summary>Ends a list.</summary>
    internal void EndList() => End((byte)']');

    /// <summary>A text member.</summary>
    internal void Text(MemberName name, string value)
    {
        Name(name);
        Text(value);
    }

    /// <summary>A text member, nothing where the value is null.</summary>
    internal void TextIfAny(MemberName name, string? value)
    {
        if (value is not null)
        {
            Text(name, value);
        }
    }

    /// <summary>A text member, given in UTF-8.</summary>
    internal void Text(MemberName name, ReadOnlySpan<byte> utf8)
    {
        Name(name);
        TextValue(utf8);
    }

    /// <summary>A text member that has nothing to be escaped, such as a number's digits.</summary>
    internal void PlainText(MemberName name, ReadOnlySpan<byte> ascii)
    {
        Name(name);
        if (_isCbor)
        {
            TextValue(ascii);
            return;
        }

        var room = buffer.Room(ascii.Length + 2);
        room[0] = (byte)'"';
        ascii.CopyTo(room[1..]);
        room[ascii.Length + 1] = (byte)'"';
        buffer.Advance(ascii.Length + 2);
        _needsComma = true;
    }

    /// <summary>Writes once more what was written before: the beginning of a structure and some of its
    /// members.</summary>
    /// <param name="start">Where it begins, without a comma before it.</param>
    /// <param name="length">How long it is.</param>
    /// <returns>Where it begins now.</returns>
    internal int Repeat(int start, int length)
    {
        if (_needsComma && !_isCbor)
        {
            buffer.Write((byte)',');
        }

        var again = buffer.Count;
        var room = buffer.Room(length);
        buffer.Patch(start, length).CopyTo(room);
        buffer.Advance(length);
        _needsComma = true;
        return again;
    }

    /// <summary>Bytes that were written, to be changed.</summary>
    internal Span<byte> Patch(int start, int length) => buffer.Patch(start, length);

    /// <summary>A text within a list.</summary>
    internal void Text(string value)
    {
        if (value.Length <= 256)
        {
            Span<byte> utf8 = stackalloc byte[256 * 3];
            TextValue(utf8[..Encoding.UTF8.GetBytes(value, utf8)]);
        }
        else
        {
            TextValue(Encoding.UTF8.GetBytes(value));
        }
    }

    /// <summary>A number member.</summary>
    internal void Number(MemberName name, long value)
    {
        Name(name);
        if (_isCbor)
        {
            CborHead(value < 0 ? (byte)0x20 : (byte)0, (ulong)(value < 0 ? ~value : value));
        }
        else
        {
            JsonNumber(value);
        }

        _needsComma = true;
    }

    /// <summary>A flag member.</summary>
    internal void Flag(MemberName name, bool value)
    {
        Name(name);
        if (_isCbor)
        {
            buffer.Write(value ? (byte)0xF5 : (byte)0xF4);
        }
        else
        {
            buffer.Write(value ? "true"u8 : "false"u8);
        }

        _needsComma = true;
    }

    /// <summary>A time member: seconds with milliseconds in JSON; milliseconds in CBOR, as the service's clients read
    /// them.</summary>
    internal void Time(MemberName name, Timestamp value)
    {
        Name(name);
        var milliseconds = value.UnixMilliseconds;
        if (_isCbor)
        {
            buffer.Write(TimestampTag);
            CborHead(milliseconds < 0 ? (byte)0x20 : (byte)0, (ulong)(milliseconds < 0 ? ~milliseconds : milliseconds));
        }
        else
        {
            JsonTime(milliseconds);
        }

        _needsComma = true;
    }

    /// <summary>A member of bytes.</summary>
    internal void Blob(MemberName name, ReadOnlySpan<byte> value)
    {
        Name(name);
        if (_isCbor)
        {
            CborHead(0x40, (ulong)value.Length);
            buffer.Write(value);
        }
        else
        {
            var room = buffer.Room(Base64.GetMaxEncodedToUtf8Length(value.Length) + 2);
            room[0] = (byte)'"';
            Base64.EncodeToUtf8(value, room[1..], out _, out var written);
            room[written + 1] = (byte)'"';
            buffer.Advance(written + 2);
        }

        _needsComma = true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Name(MemberName name)
    {
        if (_isCbor)
        {
            buffer.Write(name.Cbor);
            return;
        }

        if (_needsComma)
        {
            buffer.Write((byte)',');
        }

        buffer.Write(name.Json);
        _needsComma = false;
    }

    private void Begin(byte json, byte cbor)
    {
        if (_isCbor)
        {
            buffer.Write(cbor);
            return;
        }

        if (_needsComma)
        {
            buffer.Write((byte)',');
        }

        buffer.Write(json);
        _needsComma = false;
    }

    private void End(byte json)
    {
        buffer.Write(_isCbor ? Break : json);
        _needsComma = true;
    }

    private void TextValue(ReadOnlySpan<byte> utf8)
    {
        if (_isCbor)
        {
            CborHead(0x60, (ulong)utf8.Length);
            buffer.Write(utf8);
        }
        else
        {
            if (_needsComma)
            {
                buffer.Write((byte)',');
            }

            JsonText.Write(buffer, utf8);
        }

        _needsComma = true;
    }

    private void JsonNumber(long value)
    {
        Utf8Formatter.TryFormat(value, buffer.Room(NumberSizeMax), out var written);
        buffer.Advance(written);
    }

    private void JsonTime(long milliseconds)
    {
        var seconds = Math.DivRem(milliseconds, 1000, out var rest);
        if (rest < 0)
        {
            // Before 1970: the text counts back from zero as a whole.
            buffer.Write((byte)'-');
            seconds = -seconds;
            rest = -rest;
        }

        JsonNumber(seconds);
        if (rest != 0)
        {
            var room = buffer.Room(4);
            room[0] = (byte)'.';
            Utf8Formatter.TryFormat((int)rest, room[1..], out var written, new('D', 3));
            buffer.Advance(written + 1);
        }
    }

    private void CborHead(byte major, ulong argument)
    {
        var room = buffer.Room(9);
        switch (argument)
        {
            case < 24:
                room[0] = (byte)(major | argument);
                buffer.Advance(1);
                break;
            case <= byte.MaxValue:
                room[0] = (byte)(major | 24);
                room[1] = (byte)argument;
                buffer.Advance(2);
                break;
            case <= ushort.MaxValue:
                room[0] = (byte)(major | 25);
                BinaryPrimitives.WriteUInt16BigEndian(room[1..], (ushort)argument);
                buffer.Advance(3);
                break;
            case <= uint.MaxValue:
                room[0] = (byte)(major | 26);
                BinaryPrimitives.WriteUInt32BigEndian(room[1..], (uint)argument);
                buffer.Advance(5);
                break;
            default:
                room[0] = (byte)(major | 27);
                BinaryPrimitives.WriteUInt64BigEndian(room[1..], argument);
                buffer.Advance(9);
                break;
        }
    }
}
