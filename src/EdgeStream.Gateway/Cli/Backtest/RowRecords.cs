using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using EdgeStream.Analytics;
using EdgeStream.Gateway.Cli.Sql;
using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Gateway.Cli.Backtest;

/// <summary>Makes of a query's rows the records that its output would have appended, and gives them to rules.</summary>
/// <remarks>The first column of a row is its ROWTIME, which is when the record arrives and when it was read: as a query
/// that ran would have had it, but for the time between a window's end and the clock's.</remarks>
internal sealed class RowRecords(QueryOutput output, string query, IReadOnlyList<RuleReplay> replays)
{
    private const uint Boot = 1;

    private readonly ArrayBufferWriter<byte> _data = new();
    private readonly byte[] _defaultKey = Encoding.UTF8.GetBytes(query);
    private byte[][] _names = [];
    private int _keyColumn = -1;
    private long _sequence;
    private Timestamp _last;

    /// <summary>Takes the columns.</summary>
    public void Begin(SqlColumn[] columns)
    {
        _names = Array.ConvertAll(
            columns, column => Encoding.UTF8.GetBytes($"\"{JsonEncodedText.Encode(column.Name)}\":"));
        _keyColumn = output.KeyColumn is { } key
            ? Array.FindIndex(columns, 1, column => column.Name == key)
            : -1;
    }

    /// <summary>Takes a row.</summary>
    public void Add(JsonElement row, Timestamp rowtime)
    {
        _data.ResetWrittenCount();
        for (var index = 1; index < _names.Length; index++)
        {
            _data.Write(index == 1 ? "{"u8 : ","u8);
            _data.Write(_names[index]);
            _data.Write(Encoding.UTF8.GetBytes(row[index].GetRawText()));
        }

        _data.Write(_names.Length > 1 ? "}"u8 : "{}"u8);
        var record = new StreamRecord
        {
            Sequence = new SequenceNumber(++_sequence),
            ArrivalTime = rowtime,
            EventTime = rowtime,
            PartitionKey = KeyOf(row),
            Data = _data.WrittenSpan,
        };
        _last = rowtime;
        foreach (var replay in replays)
        {
            replay.Evaluate(in record, rowtime.UnixMicroseconds, Boot);
        }
    }

    /// <summary>Lets the time behind the last row pass.</summary>
    public void End(Timestamp end)
    {
        if (_sequence == 0 || end <= _last)
        {
            return;
        }

        foreach (var replay in replays)
        {
            replay.Pass(TimeSpan.FromMicroseconds(end.UnixMicroseconds - _last.UnixMicroseconds));
        }
    }

    /// <summary>The ROWTIME of a row.</summary>
    public static Timestamp RowtimeOf(JsonElement row) => Timestamp.From(DateTimeOffset.Parse(
        row[0].GetString()!, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal));

    private byte[] KeyOf(JsonElement row)
    {
        if (_keyColumn < 0 || row[_keyColumn].ValueKind == JsonValueKind.Null)
        {
            return _defaultKey;
        }

        var value = row[_keyColumn];
        return Encoding.UTF8.GetBytes(
            value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText());
    }
}
