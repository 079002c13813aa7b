using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using EdgeStream.Gateway.Config;
using EdgeStream.Storage;

namespace EdgeStream.Gateway.Cli.LogTools;

/// <summary>Counts the records of one log.</summary>
internal sealed class LogStatistics(LogTarget target, int topCount)
{
    /// <summary>More keys than these are counted together, so that memory stays small.</summary>
    private const int KeysMax = 100_000;

    /// <summary>Class n holds the values of 2^(n-1) to 2^n - 1 bytes; class 0 the empty ones.</summary>
    private readonly long[] _sizes = new long[33];
    private readonly Dictionary<string, KeyCount> _keys = new(StringComparer.Ordinal);
    private readonly KeyCount _otherKeys = new("");
    private long _records;
    private long _missing;
    private long _keyBytes;
    private long _valueBytes;
    private long _sizeMax;
    private long _fileBytes;
    private long _usedBytes;
    private long _segments;
    private SetAsideFiles _setAside;
    private IReadOnlyList<LogKeyUse> _keyUse = [];
    private SequenceNumber _oldest;
    private SequenceNumber _newest;
    private Timestamp _first = new(long.MaxValue);
    private Timestamp _last = new(long.MinValue);

    private double Seconds => _records == 0 ? 0 : (_last.UnixMicroseconds - _first.UnixMicroseconds) / 1e6;

    private double RecordsPerSecond => Seconds > 0 ? _records / Seconds : 0;

    /// <summary>Of the whole log, whatever range was read: what a record costs with all that is around it.</summary>
    private double BytesPerRecord => _newest < _oldest ? 0 : (double)_usedBytes / (_newest.Value - _oldest.Value + 1);

    /// <summary>Reads the records of a range.</summary>
    public void Read(LogLook look, LogRange range, RangeProgress progress)
    {
        var log = look.Log;
        _fileBytes = log.SizeBytes;
        _usedBytes = log.UsedBytes;
        _segments = log.Segments.Count;
        _setAside = log.SetAside;
        _keyUse = log.KeyUse;
        _oldest = log.OldestSequence;
        _newest = log.NewestSequence;
        new RangeReading(range, look, Count, gap => _missing += gap.RecordCount, progress).Run();
    }

    /// <summary>Writes it for a person.</summary>
    public void Write(CommandOutput output)
    {
        var text = output.Out;
        text.WriteLine($"{target.Name}: records {_oldest} to {_newest}");
        text.WriteLine($"  files     {_segments} segments, {SizeText.Round(_usedBytes)} of log in "
            + $"{SizeText.Round(_fileBytes)}");
        if (_setAside.Count > 0)
        {
            text.WriteLine(
                $"  aside     {_setAside.Count} damaged files, {SizeText.Round(_setAside.SizeBytes)} of that");
        }

        if (_keyUse.Any(use => use.Name is not null || use.IsLocked))
        {
            text.WriteLine(
                $"  sealed    {string.Join(", ", _keyUse.Select(use => $"{use}: {use.Segments} segments"))}");
        }

        text.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  records   {_records} read, {_missing} missing, {BytesPerRecord:0.#} bytes of log a record"));
        if (_records == 0)
        {
            return;
        }

        text.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  values    {_valueBytes} bytes, on average {(double)_valueBytes / _records:0.#}, "
                + $"the largest {_sizeMax}"));
        text.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  time      {_first} to {_last}, {RecordsPerSecond:0.###} records/s, "
                + $"{SizeText.Round((long)(RecordsPerSecond * (_valueBytes + _keyBytes) / _records))}/s"));
        WriteSizes(text);
        WriteKeys(text);
    }

    /// <summary>Writes it for a program.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        JsonText.Write(json, target);
        json.WriteNumber("oldestSequence", _oldest.Value);
        json.WriteNumber("newestSequence", _newest.Value);
        json.WriteNumber("segments", _segments);
        WriteKeyUse(json);
        json.WriteNumber("sizeBytes", _fileBytes);
        json.WriteNumber("usedBytes", _usedBytes);
        json.WriteNumber("setAsideFiles", _setAside.Count);
        json.WriteNumber("setAsideBytes", _setAside.SizeBytes);
        json.WriteNumber("records", _records);
        json.WriteNumber("missingRecords", _missing);
        json.WriteNumber("bytesPerRecord", Math.Round(BytesPerRecord, 2));
        json.WriteNumber("keyBytes", _keyBytes);
        json.WriteNumber("valueBytes", _valueBytes);
        json.WriteNumber("valueBytesMax", _sizeMax);
        if (_records > 0)
        {
            json.WriteString("firstArrival", _first.ToString());
            json.WriteString("lastArrival", _last.ToString());
            json.WriteNumber("recordsPerSecond", Math.Round(RecordsPerSecond, 3));
        }

        json.WriteStartArray("valueSizes");
        for (var size = 0; size < _sizes.Length; size++)
        {
            if (_sizes[size] > 0)
            {
                json.WriteStartObject();
                json.WriteNumber("bytesMax", LargestOf(size));
                json.WriteNumber("records", _sizes[size]);
                json.WriteEndObject();
            }
        }

        json.WriteEndArray();
        WriteKeys(json);
        json.WriteEndObject();
    }

    private void WriteKeyUse(Utf8JsonWriter json)
    {
        json.WriteStartArray("encryptionKeys");
        foreach (var use in _keyUse)
        {
            json.WriteStartObject();
            json.WriteString("name", use.Name);
            json.WriteString("id", use.Name is null ? null : use.Id.ToString("x16", CultureInfo.InvariantCulture));
            json.WriteNumber("segments", use.Segments);
            json.WriteBoolean("locked", use.IsLocked);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void Count(in LogRecord record)
    {
        _records++;
        _keyBytes += record.Key.Length;
        _valueBytes += record.Value.Length;
        _sizeMax = Math.Max(_sizeMax, record.Value.Length);
        _sizes[32 - BitOperations.LeadingZeroCount((uint)record.Value.Length)]++;
        _first = record.ArrivalTime < _first ? record.ArrivalTime : _first;
        _last = record.ArrivalTime > _last ? record.ArrivalTime : _last;
        CountKey(Encoding.UTF8.GetString(record.Key), record.Value.Length);
    }

    private void CountKey(string key, int size)
    {
        if (!_keys.TryGetValue(key, out var count))
        {
            count = _keys.Count < KeysMax ? _keys[key] = new KeyCount(key) : _otherKeys;
        }

        count.Records++;
        count.Bytes += size;
    }

    private static long LargestOf(int size) => (1L << size) - 1;

    private List<KeyCount> Top()
    {
        var all = new List<KeyCount>(_keys.Values);
        all.Sort((left, right) => left.Records != right.Records
            ? right.Records.CompareTo(left.Records)
            : string.CompareOrdinal(left.Key, right.Key));
        return all[..Math.Min(topCount, all.Count)];
    }

    private void WriteSizes(TextWriter text)
    {
        for (var size = 0; size < _sizes.Length; size++)
        {
            if (_sizes[size] > 0)
            {
                text.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"            up to {LargestOf(size),8} bytes: {_sizes[size],10}  "
                        + $"{100.0 * _sizes[size] / _records,5:0.0} %"));
            }
        }
    }

    private void WriteKeys(TextWriter text)
    {
        text.WriteLine($"  keys      {_keys.Count}{(_otherKeys.Records > 0 ? " and more" : "")}");
        foreach (var key in Top())
        {
            text.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"            {key.Records,10}  {100.0 * key.Records / _records,5:0.0} %  {key.Key}"));
        }
    }

    private void WriteKeys(Utf8JsonWriter json)
    {
        json.WriteNumber("keys", _keys.Count);
        json.WriteNumber("recordsOfUncountedKeys", _otherKeys.Records);
        json.WriteStartArray("topKeys");
        foreach (var key in Top())
        {
            json.WriteStartObject();
            json.WriteString("key", key.Key);
            json.WriteNumber("records", key.Records);
            json.WriteNumber("valueBytes", key.Bytes);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private sealed class KeyCount(string key)
    {
        public string Key { get; } = key;

        public long Records { get; set; }

        public long Bytes { get; set; }
    }
}
