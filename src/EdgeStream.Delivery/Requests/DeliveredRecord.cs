using System.Buffers;
using System.Text;
using System.Text.Json;

namespace EdgeStream.Delivery;

/// <summary>One record of a delivered object, read back from its line.</summary>
/// <remarks>Not thread-safe. Texts are made when they are first asked for: most destinations need few of
/// them.</remarks>
public sealed class DeliveredRecord
{
    /// <summary>Data stands one deeper in its line than by itself, where 64 is the deepest.</summary>
    private static readonly JsonReaderOptions Reading = new() { MaxDepth = 128 };

    private LineText _stream;
    private LineText _shard;
    private LineText _key;
    private LineText _eventTime;
    private LineText _arrivalTime;

    private DeliveredRecord()
    {
    }

    /// <summary>The whole line, without its line feed.</summary>
    public ReadOnlyMemory<byte> Line { get; private set; }

    /// <summary>The stream.</summary>
    public string Stream => _stream.In(Line.Span);

    /// <summary>The shard.</summary>
    public string Shard => _shard.In(Line.Span);

    /// <summary>The sequence number.</summary>
    public long Sequence { get; private set; }

    /// <summary>The place in an aggregated record; null for one that came by itself.</summary>
    public int? SubSequence { get; private set; }

    /// <summary>The partition key.</summary>
    public string Key => _key.In(Line.Span);

    /// <summary>The event time in ISO 8601.</summary>
    public string EventTime => _eventTime.In(Line.Span);

    /// <summary>The time of arrival in ISO 8601.</summary>
    public string ArrivalTime => _arrivalTime.In(Line.Span);

    /// <summary>Which line of the object it is, from 0; set by who reads the object.</summary>
    public int LineNumber { get; private set; }

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

    /// <summary>Reads a line that the delivery wrote, and keeps it for as long as anyone wants.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static DeliveredRecord Read(ReadOnlySequence<byte> line, int lineNumber = 0) =>
        new DeliveredRecord().Parse(line.ToArray(), lineNumber);

    /// <summary>Reads a line that the delivery wrote where it is: the record is valid as long as the object's bytes
    /// are.</summary>
    /// <param name="line">The line.</param>
    /// <param name="lineNumber">Which of the object it is.</param>
    /// <param name="spare">One that nobody needs any more and that becomes this record; null for none.</param>
    /// <exception cref="JsonException">It is none.</exception>
    internal static DeliveredRecord ReadInPlace(
        ReadOnlySequence<byte> line, int lineNumber, DeliveredRecord? spare = null) =>
        (spare ?? new DeliveredRecord()).Parse(line.IsSingleSegment ? line.First : line.ToArray(), lineNumber);

    /// <summary>Lets go of the line and of all that was made of it.</summary>
    internal void Clear()
    {
        (Line, LineNumber, Data) = (default, 0, default);
        (Sequence, SubSequence, IsHistorical, IsJson) = (0, null, false, false);
        _stream = _shard = _key = _eventTime = _arrivalTime = default;
    }

    private DeliveredRecord Parse(ReadOnlyMemory<byte> line, int lineNumber)
    {
        (Line, LineNumber) = (line, lineNumber);
        var reader = new Utf8JsonReader(line.Span, Reading);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            ReadMember(ref reader);
        }

        return this;
    }

    private void ReadMember(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("data"u8))
        {
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            Data = Line.Slice(start, (int)reader.BytesConsumed - start);
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
        else if (reader.ValueTextEquals("historical"u8))
        {
            reader.Read();
            IsHistorical = reader.TokenType == JsonTokenType.True;
        }
        else
        {
            ReadText(ref reader);
        }
    }

    private void ReadText(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("key"u8))
        {
            _key = LineText.Next(ref reader);
        }
        else if (reader.ValueTextEquals("stream"u8))
        {
            _stream = LineText.Next(ref reader);
        }
        else if (reader.ValueTextEquals("shard"u8))
        {
            _shard = LineText.Next(ref reader);
        }
        else if (reader.ValueTextEquals("eventTime"u8))
        {
            _eventTime = LineText.Next(ref reader);
        }
        else if (reader.ValueTextEquals("arrivalTime"u8))
        {
            _arrivalTime = LineText.Next(ref reader);
        }
        else
        {
            reader.Read();
            reader.Skip();
        }
    }

    /// <summary>Where a text stands in the line, with its quotes, and what it is once that was asked.</summary>
    private struct LineText
    {
        private int _start;
        private int _length;
        private string? _text;

        /// <summary>The text that follows.</summary>
        /// <exception cref="JsonException">What follows is none.</exception>
        public static LineText Next(ref Utf8JsonReader reader)
        {
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            return reader.TokenType == JsonTokenType.String
                ? new LineText { _start = start, _length = (int)reader.BytesConsumed - start }
                : throw new JsonException("A member of the line is no text.");
        }

        public string In(ReadOnlySpan<byte> line) => _text ??= Read(line.Slice(_start, _length));

        private static string Read(ReadOnlySpan<byte> token)
        {
            if (token.IsEmpty)
            {
                return "";
            }

            if (!token.Contains((byte)'\\'))
            {
                return Encoding.UTF8.GetString(token[1..^1]);
            }

            var reader = new Utf8JsonReader(token);
            reader.Read();
            return reader.GetString() ?? "";
        }
    }
}
