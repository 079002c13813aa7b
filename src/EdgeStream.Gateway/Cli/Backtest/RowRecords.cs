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
internal sealed class RowRecords(TestedOutput output, IReadOnlyList<RuleReplay> replays)
{
    private const uint Boot = 1;

    private readonly ArrayBufferWriter<byte> _data = new();
    private readonly byte[] _defaultKey = Encoding.UTF8.GetBytes(output.DefaultKey);
    private byte[][] _names = [];
    private int _keyColumn = -1;
    private long _sequence;
    private Timestamp _last;

    /// <summary>Takes the columns.</summary>
    /// <returns>The one that is the key of the rows; null if none is.</returns>
    /// <exception cref="CommandException">The one that was asked for is not among them.</exception>
    public string? Begin(SqlColumn[] columns)
    {
        _names = Array.ConvertAll(
            columns, column => Encoding.UTF8.GetBytes($"\"{JsonEncodedText.Encode(column.Name)}\":"));
        _keyColumn = output.KeyColumn is { } key
            ? Array.FindIndex(columns, 1, column => column.Name == key)
            : -1;
        if (_keyColumn < 0 && output.IsKeyAsked)
        {
            throw new CommandException(
                ExitCode.Usage,
                $"The rows into {output.Stream} have no column '{output.KeyColumn}' to be their key; they have "
                    + $"{string.Join(", ", columns.Skip(1).Select(static column => column.Name))}.");
        }

        return _keyColumn < 0 ? null : output.KeyColumn;
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
        var key = value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
        return key.Length == 0 ? _defaultKey : Encoding.UTF8.GetBytes(key);
    }
}
