using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace EdgeStream.Devices;

/// <summary>Turns a payload into a record's data: one valid JSON object in UTF-8 on a single line.</summary>
/// <remarks>
/// A JSON object keeps its bytes exactly as they came, unless it spans lines: then the white space between its tokens
/// is
/// taken out, and every token keeps its bytes. A bare number becomes <c>{"value":21.5}</c> with its own digits. Both
/// allocate nothing. Whatever else comes is refused with a reason; nothing is thrown.
/// </remarks>
internal static class PayloadDecoder
{
    private const int NumberCharsMax = 256;

    /// <summary>How payloads are read everywhere.</summary>
    internal static readonly JsonReaderOptions ReaderOptions = new() { MaxDepth = JsonPath.DepthMax };

    /// <summary>Decodes one payload.</summary>
    /// <param name="decoder">What is accepted.</param>
    /// <param name="payload">The bytes as they came.</param>
    /// <param name="scratch">Holds the data when it is not a part of the payload.</param>
    /// <param name="data">The record's data: a part of the payload, or of the scratch memory.</param>
    /// <param name="problem">What is wrong, where, and what to do.</param>
    internal static bool TryDecode(
        DecoderKind decoder,
        ReadOnlySpan<byte> payload,
        IngestScratch scratch,
        out ReadOnlySpan<byte> data,
        out string problem)
    {
        data = default;
        problem = "";
        var start = payload.IndexOfAnyExcept(" \t\r\n"u8);
        if (start < 0)
        {
            problem = payload.IsEmpty
                ? "the payload is empty. Send a JSON object or a number"
                : $"the payload is {payload.Length} bytes of white space. Send a JSON object or a number";
            return false;
        }

        if (decoder == DecoderKind.Json || (decoder == DecoderKind.Auto && payload[start] == '{'))
        {
            return TryDecodeObject(payload, start, scratch, out data, out problem);
        }

        if (TryDecodeNumber(payload, start, scratch, out data, out var position))
        {
            return true;
        }

        problem = DescribeNumberProblem(decoder, payload, position);
        return false;
    }

    private static bool TryDecodeObject(
        ReadOnlySpan<byte> payload, int start, IngestScratch scratch, out ReadOnlySpan<byte> data, out string problem)
    {
        data = default;
        problem = "";
        if (payload[start] != '{')
        {
            problem = $"the payload is not a JSON object: it starts with {Show(payload[start])} at byte {start}. "
                + "Send an object such as {\"temperature\":21.5}";
            return false;
        }

        if (!TryValidate(payload, out problem))
        {
            return false;
        }

        data = OnOneLine(payload, scratch);
        return true;
    }

    /// <summary>Whether the payload is one JSON value in UTF-8, at most 64 deep.</summary>
    internal static bool TryValidate(ReadOnlySpan<byte> payload, out string problem)
    {
        problem = "";
        if (!Utf8.IsValid(payload))
        {
            problem = $"the payload is not valid UTF-8 from byte {ValidPrefix(payload)} on. JSON must be sent as UTF-8";
            return false;
        }

        var reader = new Utf8JsonReader(payload, ReaderOptions);
        try
        {
            while (reader.Read())
            {
                // Reading to the end is the check.
            }
        }
        catch (JsonException exception)
        {
            problem = DescribeJsonProblem(payload, exception);
            return false;
        }

        return true;
    }

    /// <summary>
    /// A valid document without the white space between its tokens, if that is where its line breaks are.
    /// </summary>
    internal static ReadOnlySpan<byte> OnOneLine(ReadOnlySpan<byte> json, IngestScratch scratch)
    {
        if (!json.ContainsAny((byte)'\r', (byte)'\n'))
        {
            return json;
        }

        json = json.Trim(" \t\r\n"u8);
        if (!json.ContainsAny((byte)'\r', (byte)'\n'))
        {
            return json;
        }

        var output = scratch.Data(json.Length);
        var length = 0;
        var inString = false;
        var escaped = false;
        foreach (var letter in json)
        {
            if (!inString && letter is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
            {
                continue;
            }

            if (letter == '"' && !escaped)
            {
                inString = !inString;
            }

            escaped = inString && letter == '\\' && !escaped;
            output[length++] = letter;
        }

        return output[..length];
    }

    /// <summary>Reads a number by JSON's grammar; <paramref name="position"/> is where it stops being one.</summary>
    private static bool TryDecodeNumber(
        ReadOnlySpan<byte> payload, int start, IngestScratch scratch, out ReadOnlySpan<byte> data, out int position)
    {
        data = default;
        var end = JsonNumber.End(payload, start, out var isNumber);
        position = end;
        if (!isNumber)
        {
            return false;
        }

        var rest = payload[end..].IndexOfAnyExcept(" \t\r\n"u8);
        if (rest >= 0)
        {
            position = end + rest;
            return false;
        }

        var number = payload[start..end];
        if (number.Length > NumberCharsMax
            || !Utf8Parser.TryParse(number, out double value, out _)
            || !double.IsFinite(value))
        {
            position = start;
            return false;
        }

        var output = scratch.Data(number.Length + "{\"value\":}".Length);
        "{\"value\":"u8.CopyTo(output);
        number.CopyTo(output["{\"value\":".Length..]);
        output[^1] = (byte)'}';
        data = output;
        return true;
    }

    private static string DescribeNumberProblem(DecoderKind decoder, ReadOnlySpan<byte> payload, int position)
    {
        var what = decoder == DecoderKind.Number ? "not a number" : "neither a JSON object nor a number";
        var where = position >= payload.Length
            ? $"it ends at byte {payload.Length} where a digit is due"
            : char.IsAsciiDigit((char)payload[position]) || payload[position] == '-'
                ? $"the number at byte {position} is longer than {NumberCharsMax} characters or beyond a double's range"
                : $"unexpected {Show(payload[position])} at byte {position}";
        var action = decoder == DecoderKind.Number
            ? "Send a number as JSON writes it, such as 21.5 (no NaN, no Infinity)"
            : "Send a JSON object or a number such as 21.5 (no NaN, no Infinity)";
        return $"the payload is {what}: {where}. {action}";
    }

    private static string DescribeJsonProblem(ReadOnlySpan<byte> payload, JsonException exception)
    {
        // The reader's message ends with a line and a column, of which the byte position in the payload is made.
        var lines = exception.LineNumber ?? 0;
        var lineStart = 0;
        for (; lines > 0 && payload[lineStart..].IndexOf((byte)'\n') is var end and >= 0; lines--)
        {
            lineStart += end + 1;
        }

        var suffix = exception.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        var message = suffix < 0 ? exception.Message : exception.Message[..suffix];
        var position = lineStart + (exception.BytePositionInLine ?? 0);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"the payload is not valid JSON at byte {position}: {message} Correct the sender");
    }

    /// <summary>How many of the bytes are valid UTF-8.</summary>
    internal static int ValidPrefix(ReadOnlySpan<byte> payload)
    {
        var position = 0;
        while (position < payload.Length
            && Rune.DecodeFromUtf8(payload[position..], out _, out var used) == OperationStatus.Done)
        {
            position += used;
        }

        return position;
    }

    /// <summary>A byte as a person reads it.</summary>
    internal static string Show(byte value) => value is > 0x20 and < 0x7F
        ? $"'{(char)value}'"
        : string.Create(CultureInfo.InvariantCulture, $"0x{value:X2}");
}
