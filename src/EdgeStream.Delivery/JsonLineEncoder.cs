using System.Buffers.Text;
using System.Diagnostics;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using EdgeStream.Streams;

namespace EdgeStream.Delivery;

/// <summary>
/// Writes a record as one JSON line:
/// <c>{"stream":…,"shard":…,"sequence":…,"key":…,"eventTime":…,"arrivalTime":…,"data":…}</c>.
/// </summary>
/// <remarks>
/// A user record that came in an aggregated one has <c>"subSequence":…</c>, its place from 0, behind the sequence.
/// Data that is one JSON value in valid UTF-8, of at most 63 levels, stands as it is, except that line breaks between
/// its tokens become spaces; anything else stands as base64 under <c>dataBase64</c>. Bytes of the key that are not
/// UTF-8 become U+FFFD. Of what has waited through an outage and is delivered beside what comes now
/// <c>"historical":true</c> stands behind the arrival time.
/// Not thread-safe: the line stays valid until the next call.
/// </remarks>
internal sealed class JsonLineEncoder
{
    /// <summary>One byte of a key becomes at most a six-byte escape, as <c>\u001f</c>.</summary>
    private const int EscapedBytesPerByte = 6;

    /// <summary>In its line data stands a level deeper, and readers take 64 levels.</summary>
    private const int DataDepthMax = 63;

    /// <summary>Sequence digits, member names, times and braces take less than this.</summary>
    private const int FixedBytesMax = 256;

    private readonly byte[] _opening;
    private readonly bool _isHistorical;
    private byte[] _line = new byte[4096];
    private int _length;

    public JsonLineEncoder(string stream, string shardId, bool isHistorical = false)
    {
        _isHistorical = isHistorical;
        _opening = Encoding.UTF8.GetBytes(
            $"{{\"stream\":\"{JsonEncodedText.Encode(stream)}\","
            + $"\"shard\":\"{JsonEncodedText.Encode(shardId)}\",\"sequence\":");
    }

    /// <summary>The record's line, line feed included.</summary>
    public ReadOnlySpan<byte> Encode(in StreamRecord record)
    {
        Reserve(_opening.Length + FixedBytesMax + (record.PartitionKey.Length * EscapedBytesPerByte)
            + Base64.GetMaxEncodedToUtf8Length(record.Data.Length));
        _length = 0;
        Write(_opening);
        Utf8Formatter.TryFormat(record.Sequence.Value, _line.AsSpan(_length), out var digits);
        _length += digits;
        if (record.SubSequence is { } place)
        {
            Write(",\"subSequence\":"u8);
            Utf8Formatter.TryFormat(place, _line.AsSpan(_length), out digits);
            _length += digits;
        }

        Write(",\"key\":\""u8);
        WriteEscaped(record.PartitionKey);
        Write("\",\"eventTime\":\""u8);
        WriteTime(record.EventTime);
        Write("\",\"arrivalTime\":\""u8);
        WriteTime(record.ArrivalTime);
        Write(_isHistorical ? "\",\"historical\":true,"u8 : "\","u8);
        if (IsOneJsonValue(record.Data))
        {
            Write("\"data\":"u8);
            WriteJson(record.Data);
            Write("}\n"u8);
        }
        else
        {
            Write("\"dataBase64\":\""u8);
            WriteBase64(record.Data);
            Write("\"}\n"u8);
        }

        return _line.AsSpan(0, _length);
    }

    private void Reserve(int length)
    {
        if (_line.Length < length)
        {
            _line = new byte[Math.Max(length, _line.Length * 2)];
        }
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_line.AsSpan(_length));
        _length += bytes.Length;
    }

    private void WriteEscaped(ReadOnlySpan<byte> text)
    {
        var status = JavaScriptEncoder.UnsafeRelaxedJsonEscaping.EncodeUtf8(
            text, _line.AsSpan(_length), out _, out var written);
        Debug.Assert(status == System.Buffers.OperationStatus.Done, "The line is reserved for the longest escape.");
        _length += written;
    }

    private void WriteTime(Storage.Timestamp time)
    {
        WallTime.Write(time, _line.AsSpan(_length, WallTime.LengthBytes));
        _length += WallTime.LengthBytes;
    }

    /// <summary>
    /// Inside a JSON string a raw line break is not valid, so every one found is white space between tokens.
    /// </summary>
    private void WriteJson(ReadOnlySpan<byte> data)
    {
        var target = _line.AsSpan(_length, data.Length);
        data.CopyTo(target);
        if (target.ContainsAny((byte)'\n', (byte)'\r'))
        {
            target.Replace((byte)'\n', (byte)' ');
            target.Replace((byte)'\r', (byte)' ');
        }

        _length += data.Length;
    }

    private void WriteBase64(ReadOnlySpan<byte> data)
    {
        Base64.EncodeToUtf8(data, _line.AsSpan(_length), out _, out var written);
        _length += written;
    }

    private static bool IsOneJsonValue(ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty || !CanStartJson(data[0]) || !Utf8.IsValid(data))
        {
            return false;
        }

        var reader = new Utf8JsonReader(data, new JsonReaderOptions { MaxDepth = DataDepthMax });
        try
        {
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Sorts out most binary data before the reader has to throw for it.</summary>
    private static bool CanStartJson(byte first) =>
        first is (byte)'{' or (byte)'[' or (byte)'"' or (byte)'-' or (byte)'t' or (byte)'f' or (byte)'n'
            or (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r' or (>= (byte)'0' and <= (byte)'9');
}
