using System.Buffers.Binary;
using System.Globalization;
using System.Text.Unicode;

namespace EdgeStream.Devices;

/// <summary>Where and how one value stands in a binary payload: <c>0 i16 be *0.01 -40</c>.</summary>
/// <remarks>
/// The byte offset from 0, a type (<c>u8 i8 u16 i16 u24 i24 u32 i32 u64 i64 f32 f64</c>, <c>bit:n</c> of the byte from
/// the lowest, <c>text:length</c>, <c>bytes:length</c>), the byte order (<c>be</c> unless <c>le</c>), of an integer the
/// bits that count (<c>&gt;&gt;2</c> leaves out the two lowest, and <c>&amp;0x3ff</c> then all but these, without a
/// sign), a factor and then an addend.
/// </remarks>
internal sealed class BinaryField
{
    private const int OffsetMax = 65_535;
    private const int LengthMax = 4096;
    private const decimal FactorMax = 1_000_000_000m;

    private readonly char _kind;
    private readonly int _offset;
    private readonly int _bit;
    private readonly bool _isLittleEndian;
    private readonly decimal _factor = 1;
    private readonly decimal _addend;
    private readonly int _shift;
    private readonly ulong _mask;

    private BinaryField(string place, out string problem)
    {
        var words = place.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        problem = $"'{place}' is no place in bytes; write it like '0 i16 be *0.01 -40': offset, type, order, factor, "
            + "addend, where the last three may be left out";
        if (words.Length < 2
            || !int.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out _offset)
            || _offset > OffsetMax
            || !TryReadType(words[1], out _kind, out var sizeBytes, out _bit))
        {
            return;
        }

        End = _offset + sizeBytes;
        var isNumber = _kind is 'u' or 'i' or 'f';
        var isInteger = _kind is 'u' or 'i';
        foreach (var word in words.AsSpan(2))
        {
            var isFactor = word[0] == '*';
            if (word is "be" or "le")
            {
                _isLittleEndian = word == "le";
            }
            else if (isNumber && TryReadNumber(isFactor ? word[1..] : word, out var number)
                && (isFactor || word[0] is '+' or '-'))
            {
                (_factor, _addend) = isFactor ? (number, _addend) : (_factor, number);
            }
            else if (!isInteger || !(TryReadShift(word, 8 * sizeBytes, ref _shift) || TryReadMask(word, ref _mask)))
            {
                return;
            }
        }

        problem = "";
    }

    /// <summary>How many bytes a payload has at least.</summary>
    internal int End { get; }

    /// <summary>Whether it is a number or a bit, and no text or bytes.</summary>
    internal bool IsNumber => _kind is not ('t' or 'x');

    private int SizeBytes => End - _offset;

    /// <summary>Reads a place; null, with what is wrong, when it is none.</summary>
    internal static BinaryField? Parse(string place, out string problem)
    {
        var field = new BinaryField(place, out problem);
        return problem.Length == 0 ? field : null;
    }

    /// <summary>The value in a payload that is long enough.</summary>
    internal ReadingValue Read(ReadOnlySpan<byte> payload)
    {
        var bytes = payload[_offset..End];
        switch (_kind)
        {
            case 'b':
                return ReadingValue.Of((bytes[0] >> _bit & 1) == 1);
            case 't':
                var text = bytes.IndexOf((byte)0) is var end and >= 0 ? bytes[..end] : bytes;
                return Utf8.IsValid(text) ? ReadingValue.OfText(text) : ReadingValue.OfBytes(bytes);
            case 'x':
                return ReadingValue.OfBytes(bytes);
            case 'f':
                return ReadReal(bytes);
            default:
                return ReadInteger(bytes);
        }
    }

    private ReadingValue ReadReal(ReadOnlySpan<byte> bytes)
    {
        var bits = Bits(bytes);
        if (bytes.Length == sizeof(float) && _factor == 1 && _addend == 0)
        {
            return ReadingValue.Of(BitConverter.UInt32BitsToSingle((uint)bits));
        }

        var real = bytes.Length == sizeof(float)
            ? BitConverter.UInt32BitsToSingle((uint)bits) : BitConverter.UInt64BitsToDouble(bits);
        return ReadingValue.Of((real * (double)_factor) + (double)_addend);
    }

    private ReadingValue ReadInteger(ReadOnlySpan<byte> bytes)
    {
        var bits = Bits(bytes);
        var shift = 64 - (8 * bytes.Length);
        var signed = (long)(bits << shift) >> shift >> _shift;
        bits >>= _shift;
        var isSigned = _kind == 'i' && _mask == 0;
        bits &= _mask == 0 ? ulong.MaxValue : _mask;
        if (_factor == 1 && _addend == 0)
        {
            return isSigned ? ReadingValue.Of(signed) : ReadingValue.Of(bits);
        }

        // In decimal: 2153 times 0.01 is 21.53, which it is not in binary.
        return ReadingValue.Of((double)(((isSigned ? signed : bits) * _factor) + _addend));
    }

    private ulong Bits(ReadOnlySpan<byte> bytes)
    {
        Span<byte> whole = stackalloc byte[sizeof(ulong)];
        whole.Clear();
        bytes.CopyTo(_isLittleEndian ? whole : whole[(sizeof(ulong) - bytes.Length)..]);
        return _isLittleEndian
            ? BinaryPrimitives.ReadUInt64LittleEndian(whole) : BinaryPrimitives.ReadUInt64BigEndian(whole);
    }

    private static bool TryReadType(string text, out char kind, out int sizeBytes, out int bit)
    {
        var colon = text.IndexOf(':');
        var word = colon < 0 ? text : text[..colon];
        bit = 0;
        sizeBytes = word switch
        {
            "u8" or "i8" or "bit" => 1,
            "u16" or "i16" => 2,
            "u24" or "i24" => 3,
            "u32" or "i32" or "f32" => 4,
            "u64" or "i64" or "f64" => 8,
            _ => 0,
        };
        kind = word switch { "bit" => 'b', "text" => 't', "bytes" => 'x', _ => word.Length > 0 ? word[0] : ' ' };
        if (colon < 0)
        {
            return sizeBytes > 0 && kind != 'b';
        }

        if (kind is not ('b' or 't' or 'x')
            || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        bit = number;
        sizeBytes = kind == 'b' ? 1 : number;
        return kind == 'b' ? number < 8 : number is >= 1 and <= LengthMax;
    }

    private static bool TryReadShift(string text, int bits, ref int shift) =>
        text.StartsWith(">>", StringComparison.Ordinal)
        && int.TryParse(text.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out shift)
        && shift >= 1 && shift < bits;

    private static bool TryReadMask(string text, ref ulong mask) =>
        text.StartsWith("&0x", StringComparison.Ordinal)
        && ulong.TryParse(
            text.AsSpan(3), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out mask)
        && mask > 0;

    private static bool TryReadNumber(string text, out decimal number) =>
        decimal.TryParse(
            text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture,
            out number)
        && number is <= FactorMax and >= -FactorMax;
}
