using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using EdgeStream.Gateway.Http;
using EdgeStream.Storage;

namespace EdgeStream.Gateway.Cli.LogTools;

/// <summary>Writes records into a buffer as JSON Lines, CSV or raw bytes.</summary>
internal sealed class RecordFormat(ArrayBufferWriter<byte> buffer, string format)
{
    /// <summary>A JSON object a line, as the API shows a record, with the stream and the clocks.</summary>
    public const string Json = "json";

    /// <summary>Comma-separated values, RFC 4180, with a line of headings.</summary>
    public const string Csv = "csv";

    /// <summary>The bytes of each value, a newline behind each.</summary>
    public const string Raw = "raw";

    private readonly Utf8JsonWriter _json = JsonText.Writer(buffer);

    /// <summary>Writes what stands before the first record.</summary>
    public void Begin()
    {
        if (format == Csv)
        {
            buffer.Write("stream,shard,sequence,arrivalTime,eventTime,key,data\n"u8);
        }
    }

    /// <summary>Writes a record.</summary>
    public void Write(LogTarget target, in LogRecord record)
    {
        switch (format)
        {
            case Csv:
                WriteCsv(target, record);
                break;
            case Raw:
                buffer.Write(record.Value);
                break;
            default:
                WriteJson(target, record);
                break;
        }

        buffer.Write("\n"u8);
    }

    /// <summary>Writes a line for records that are missing; raw bytes have no place for one.</summary>
    public void WriteGap(LogTarget target, SequenceNumber first, SequenceNumber last)
    {
        switch (format)
        {
            case Csv:
                buffer.Write(Encoding.UTF8.GetBytes($"{target.Stream},{target.Shard},{first},,,,gap to {last}\n"));
                break;
            case Json:
                _json.Reset();
                _json.WriteStartObject();
                WritePlace(target);
                _json.WriteStartObject("gap");
                _json.WriteNumber("first", first.Value);
                _json.WriteNumber("last", last.Value);
                _json.WriteEndObject();
                _json.WriteEndObject();
                _json.Flush();
                buffer.Write("\n"u8);
                break;
        }
    }

    private void WriteJson(LogTarget target, in LogRecord record)
    {
        _json.Reset();
        _json.WriteStartObject();
        WritePlace(target);
        _json.WriteNumber("sequence", record.Sequence.Value);
        if (Utf8.IsValid(record.Key))
        {
            _json.WriteString("key", record.Key);
        }
        else
        {
            _json.WriteBase64String("keyBase64", record.Key);
        }

        _json.WriteString("arrivalTime", TimeText(record.ArrivalTime));
        _json.WriteString("eventTime", TimeText(record.EventTime));
        _json.WriteNumber("boot", record.BootOrdinal);
        _json.WriteNumber("monotonicMicroseconds", record.MonotonicMicroseconds);
        if (RecordJson.IsJson(record.Value))
        {
            _json.WritePropertyName("data");
            _json.WriteRawValue(OneLine(record.Value), skipInputValidation: true);
        }
        else
        {
            _json.WriteBase64String("dataBase64", record.Value);
        }

        _json.WriteEndObject();
        _json.Flush();
    }

    private void WritePlace(LogTarget target)
    {
        _json.WriteString("stream", target.Stream);
        _json.WriteString("shard", target.Shard);
    }

    /// <summary>JSON has line ends only between its tokens, where a space does as well.</summary>
    private static ReadOnlySpan<byte> OneLine(ReadOnlySpan<byte> json)
    {
        if (json.IndexOfAny((byte)'\n', (byte)'\r') < 0)
        {
            return json;
        }

        var line = json.ToArray();
        line.AsSpan().Replace((byte)'\n', (byte)' ');
        line.AsSpan().Replace((byte)'\r', (byte)' ');
        return line;
    }

    private void WriteCsv(LogTarget target, in LogRecord record)
    {
        buffer.Write(Encoding.UTF8.GetBytes($"{target.Stream},{target.Shard},{record.Sequence},"
            + $"{TimeText(record.ArrivalTime)},{TimeText(record.EventTime)},"));
        WriteCell(record.Key);
        buffer.Write(","u8);
        WriteCell(record.Value);
    }

    /// <summary>Text as it is, quoted where it must be; other bytes as <c>base64:</c> and their encoding.</summary>
    private void WriteCell(ReadOnlySpan<byte> bytes)
    {
        if (!Utf8.IsValid(bytes))
        {
            buffer.Write("base64:"u8);
            var span = buffer.GetSpan(Base64.GetMaxEncodedToUtf8Length(bytes.Length));
            Base64.EncodeToUtf8(bytes, span, out _, out var written);
            buffer.Advance(written);
            return;
        }

        if (bytes.IndexOfAny(",\"\r\n"u8) < 0)
        {
            buffer.Write(bytes);
            return;
        }

        buffer.Write("\""u8);
        int quote;
        while ((quote = bytes.IndexOf((byte)'"')) >= 0)
        {
            buffer.Write(bytes[..(quote + 1)]);
            buffer.Write("\""u8);
            bytes = bytes[(quote + 1)..];
        }

        buffer.Write(bytes);
        buffer.Write("\""u8);
    }

    /// <summary>A device's time can lie outside the years that a calendar has; it is its number then.</summary>
    private static string TimeText(Timestamp time)
    {
        try
        {
            return time.ToString();
        }
        catch (ArgumentOutOfRangeException)
        {
            return $"{time.UnixMicroseconds} microseconds";
        }
    }
}
