using System.Buffers;
using System.Text.Json;

namespace EdgeStream.Delivery;

/// <summary>One record of a delivered object, read back from its line.</summary>
/// <remarks>Immutable once read. Memory: the line, once.</remarks>
public sealed class DeliveredRecord
{
    /// <summary>Data stands one deeper in its line than by itself, where 64 is the deepest.</summary>
    private static readonly JsonReaderOptions Reading = new() { MaxDepth = 128 };

    private DeliveredRecord(byte[] line) => Line = line;

    /// <summary>The whole line, without its line feed.</summary>
    public byte[] Line { get; }

    /// <summary>The stream.</summary>
    public string Stream { get; private set; } = "";

    /// <summary>The shard.</summary>
    public string Shard { get; private set; } = "";

    /// <summary>The sequence number.</summary>
    public long Sequence { get; private set; }

    /// <summary>The place in an aggregated record; null for one that came by itself.</summary>
    public int? SubSequence { get; private set; }

    /// <summary>The partition key.</summary>
    public string Key { get; private set; } = "";

    /// <summary>The event time in ISO 8601.</summary>
    public string EventTime { get; private set; } = "";

    /// <summary>The time of arrival in ISO 8601.</summary>
    public string ArrivalTime { get; private set; } = "";

    /// <summary>Which line of the object it is, from 0; set by who reads the object.</summary>
    public int LineNumber { get; init; }

    /// <summary>The record's data as it was stored, but for line breaks between the tokens of JSON.</summary>
    public ReadOnlyMemory<byte> Data { get; private set; }

    /// <summary>Whether it has waited through an outage and goes out beside what comes now.</summary>
    public bool IsHistorical { get; private set; }

    /// <summary>Whether the data is one JSON value.</summary>
    public bool IsJson { get; private set; }

    /// <summary>Takes the next line off; false at the end.</summary>
    public static bool TryReadLine(ref ReadOnlySequence<byte> rest, out ReadOnlySequence<byte> line)
    {
        line = rest;
        if (rest.PositionOf((byte)'\n') is not { } end)
        {
            return false;
        }

        line = rest.Slice(0, end);
        rest = rest.Slice(rest.GetPosition(1, end));
        return true;
    }

    /// <summary>Reads a line that the delivery wrote.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static DeliveredRecord Read(ReadOnlySequence<byte> line, int lineNumber = 0)
    {
        var record = new DeliveredRecord(line.ToArray()) { LineNumber = lineNumber };
        var reader = new Utf8JsonReader(record.Line, Reading);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            record.ReadMember(ref reader);
        }

        return record;
    }

    private void ReadMember(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("data"u8))
        {
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            Data = Line.AsMemory(start, (int)reader.BytesConsumed - start);
            IsJson = true;
        }
        else if (reader.ValueTextEquals("dataBase64"u8))
        {
            reader.Read();
            Data = reader.GetBytesFromBase64();
        }
        else if (reader.ValueTextEquals("sequence"u8))
        {
            reader.Read();
            Sequence = reader.GetInt64();
        }
        else if (reader.ValueTextEquals("subSequence"u8))
        {
            reader.Read();
            SubSequence = reader.GetInt32();
        }
        else if (reader.ValueTextEquals("key"u8))
        {
            Key = ReadText(ref reader);
        }
        else if (reader.ValueTextEquals("stream"u8))
        {
            Stream = ReadText(ref reader);
        }
        else if (reader.ValueTextEquals("shard"u8))
        {
            Shard = ReadText(ref reader);
        }
        else if (reader.ValueTextEquals("historical"u8))
        {
            reader.Read();
            IsHistorical = reader.TokenType == JsonTokenType.True;
        }
        else if (reader.ValueTextEquals("eventTime"u8))
        {
            EventTime = ReadText(ref reader);
        }
        else if (reader.ValueTextEquals("arrivalTime"u8))
        {
            ArrivalTime = ReadText(ref reader);
        }
        else
        {
            reader.Read();
            reader.Skip();
        }
    }

    private static string ReadText(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.GetString() ?? "";
    }
}
