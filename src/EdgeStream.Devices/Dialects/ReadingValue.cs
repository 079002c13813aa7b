namespace EdgeStream.Devices;

/// <summary>The value of a reading: a number, text, a boolean or bytes.</summary>
/// <remarks>Refers to bytes of the payload, or of memory that lives as long as the message.</remarks>
internal readonly ref struct ReadingValue
{
    private ReadingValue(ReadingKind kind, ReadOnlySpan<byte> bytes, long bits)
    {
        Kind = kind;
        Bytes = bytes;
        Bits = bits;
    }

    /// <summary>What it is.</summary>
    internal ReadingKind Kind { get; }

    /// <summary>Digits, text, bytes or JSON.</summary>
    internal ReadOnlySpan<byte> Bytes { get; }

    /// <summary>The bits of a number, or 1 for true.</summary>
    internal long Bits { get; }

    /// <summary>A number in its own digits, valid by JSON's grammar.</summary>
    internal static ReadingValue OfDigits(ReadOnlySpan<byte> digits) => new(ReadingKind.Digits, digits, 0);

    /// <summary>A number; one that is not finite is no value.</summary>
    internal static ReadingValue Of(double number) => double.IsFinite(number)
        ? new(ReadingKind.Double, default, BitConverter.DoubleToInt64Bits(number))
        : default;

    /// <summary>A number; one that is not finite is no value.</summary>
    internal static ReadingValue Of(float number) => float.IsFinite(number)
        ? new(ReadingKind.Single, default, BitConverter.SingleToInt32Bits(number))
        : default;

    /// <summary>A whole number.</summary>
    internal static ReadingValue Of(long number) => new(ReadingKind.Signed, default, number);

    /// <summary>A whole number.</summary>
    internal static ReadingValue Of(ulong number) => new(ReadingKind.Unsigned, default, (long)number);

    /// <summary>True or false.</summary>
    internal static ReadingValue Of(bool isTrue) => new(ReadingKind.Boolean, default, isTrue ? 1 : 0);

    /// <summary>Text in valid UTF-8.</summary>
    internal static ReadingValue OfText(ReadOnlySpan<byte> text) => new(ReadingKind.Text, text, 0);

    /// <summary>The inside of a valid JSON string.</summary>
    internal static ReadingValue OfEscapedText(ReadOnlySpan<byte> text) => new(ReadingKind.EscapedText, text, 0);

    /// <summary>Any bytes.</summary>
    internal static ReadingValue OfBytes(ReadOnlySpan<byte> bytes) => new(ReadingKind.Bytes, bytes, 0);

    /// <summary>A valid JSON value on one line.</summary>
    internal static ReadingValue OfJson(ReadOnlySpan<byte> json) => new(ReadingKind.Json, json, 0);

    /// <summary>Adds it to a record as a JSON value.</summary>
    internal void AddTo(GrowingBytes data)
    {
        switch (Kind)
        {
            case ReadingKind.Digits or ReadingKind.Json:
                data.Add(Bytes);
                break;
            case ReadingKind.Double:
                data.Add(BitConverter.Int64BitsToDouble(Bits));
                break;
            case ReadingKind.Single:
                data.Add(BitConverter.Int32BitsToSingle((int)Bits));
                break;
            case ReadingKind.Signed:
                data.Add(Bits);
                break;
            case ReadingKind.Unsigned:
                data.Add((ulong)Bits);
                break;
            case ReadingKind.Text:
                data.AddString(Bytes);
                break;
            case ReadingKind.EscapedText:
                data.Add((byte)'"');
                data.Add(Bytes);
                data.Add((byte)'"');
                break;
            case ReadingKind.Boolean:
                data.Add(Bits != 0 ? "true"u8 : "false"u8);
                break;
            case ReadingKind.Bytes:
                data.Add((byte)'"');
                data.AddBase64(Bytes);
                data.Add((byte)'"');
                break;
            default:
                data.Add("null"u8);
                break;
        }
    }
}
