using System.Text;
using System.Text.Json;
using EdgeStream.Sql;
using EdgeStream.Storage;

namespace EdgeStream.Analytics;

/// <summary>Fills a reference table from its file or its source, whenever that has changed.</summary>
internal sealed class TableLoader(ReferenceTable table, QueryReference reference, TimeProvider time)
{
    private const int RowsMax = 1_000_000;

    private readonly Evaluator _evaluator = new();
    private readonly RowBuffer _row = new(reference.Columns.Count);
    private readonly ByteBuffer _entry = new();
    private (DateTime Time, long Size) _stamp;
    private string? _version;
    private string? _failure;
    private string? _toldFailure;
    private Timestamp? _changedAt;
    private Timestamp? _checkedAt;

    public ReferenceTable Table => table;

    /// <summary>How the table stands.</summary>
    public QueryTableStatus Status => new(
        reference.Name, reference.Path, table.Count, _changedAt, reference.Source?.CheckedAt ?? _checkedAt, Failure);

    /// <summary>Why the table is not what its file or its source is now; null if it is.</summary>
    public string? Failure => _failure ?? reference.Source?.Failure;

    /// <summary>Reads the file or the source if it is another one than before.</summary>
    /// <returns>Whether the table has other rows now.</returns>
    public bool TryReload()
    {
        try
        {
            return reference.Source is { } source ? TryReload(source) : TryReloadFile();
        }
        catch (InvalidDataException e)
        {
            _failure = $"{reference.Path}: {e.Message}";
            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What keeps a file from being read may go without the file's changing.
            _stamp = default;
            _failure = $"{reference.Path}: {e.Message}";
            return false;
        }
    }

    /// <summary>Why the content is none, where that is news; a source tells of its own failures itself.</summary>
    public string? TakeFailure() => _failure == _toldFailure ? null : _toldFailure = _failure;

    private bool TryReload(IReferenceSource source)
    {
        if (source.Version is not { } version || version == _version || source.Read() is not { } bytes)
        {
            return false;
        }

        _version = version;
        Replace(bytes, source.ChangedAt);
        return true;
    }

    private bool TryReloadFile()
    {
        var file = new FileInfo(reference.Path);
        var stamp = (file.LastWriteTimeUtc, file.Exists ? file.Length : -1);
        if (stamp == _stamp)
        {
            _checkedAt = _failure is null ? Timestamp.From(time.GetUtcNow()) : _checkedAt;
            return false;
        }

        _stamp = stamp;
        if (!file.Exists || file.Length > QueryReference.SizeBytesMax)
        {
            _failure = file.Exists
                ? $"{reference.Path} has {file.Length} bytes; at most {QueryReference.SizeBytesMax} are read."
                : $"{reference.Path} is not there.";
            return false;
        }

        Replace(File.ReadAllBytes(reference.Path), Timestamp.From(file.LastWriteTimeUtc));
        _checkedAt = Timestamp.From(time.GetUtcNow());
        return true;
    }

    private void Replace(ReadOnlySpan<byte> bytes, Timestamp? changedAt)
    {
        table.Replace(Read(bytes));
        (_failure, _changedAt) = (null, changedAt);
    }

    /// <summary>The rows of a file's bytes.</summary>
    /// <exception cref="InvalidDataException">A line is no row; the message says which.</exception>
    public List<byte[]> Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith(Encoding.UTF8.Preamble))
        {
            bytes = bytes[3..];
        }

        return reference.Format == InputFormat.Json ? ReadJson(bytes) : ReadCsv(bytes);
    }

    private List<byte[]> ReadCsv(ReadOnlySpan<byte> bytes)
    {
        var fields = new RecordFields(new QueryInput
        {
            Stream = reference.Name, Format = InputFormat.Csv, FieldDelimiter = reference.FieldDelimiter,
        });
        var rows = new List<byte[]>();
        var number = 0;
        foreach (var range in bytes.Split((byte)'\n'))
        {
            var line = bytes[range].TrimEnd((byte)'\r');
            number++;
            if (line.IsEmpty || (number == 1 && reference.HasHeader))
            {
                continue;
            }

            if (!fields.TryRead(line))
            {
                throw new InvalidDataException($"line {number} is no line of fields.");
            }

            _row.Begin(0);
            for (var slot = 0; slot < reference.Columns.Count; slot++)
            {
                var isThere = slot < fields.Count && !fields[slot].IsEmpty;
                Set(slot, isThere ? SqlValue.Of(fields[slot]) : SqlValue.Null, number);
            }

            Add(rows);
        }

        return rows;
    }

    private List<byte[]> ReadJson(ReadOnlySpan<byte> bytes)
    {
        var columns = new RecordColumns();
        var slots = reference.Columns
            .Select((column, index) => column.ToSource(index).Paths.Select(columns.Add).ToArray()).ToArray();
        var rows = new List<byte[]>();
        var number = 0;
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { AllowMultipleValues = true });
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.StartArray or JsonTokenType.EndArray && reader.CurrentDepth == 0)
                {
                    continue;
                }

                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                var row = bytes[start..(int)reader.BytesConsumed];
                number++;
                if (!columns.TryRead(row))
                {
                    throw new InvalidDataException($"row {number} is no object.");
                }

                _row.Begin(0);
                for (var slot = 0; slot < slots.Length; slot++)
                {
                    Set(slot, First(columns, slots[slot], row), number);
                }

                Add(rows);
            }
        }
        catch (JsonException e)
        {
            throw new InvalidDataException(e.Message, e);
        }

        return rows;
    }

    private static SqlValue First(RecordColumns columns, int[] paths, ReadOnlySpan<byte> row)
    {
        foreach (var path in paths)
        {
            var value = columns.Get(path, row);
            if (!value.IsNull)
            {
                return value;
            }
        }

        return SqlValue.Null;
    }

    private void Set(int slot, scoped in SqlValue value, int number)
    {
        var column = reference.Columns[slot];
        if (!_evaluator.TryConvert(_row, slot, in value, column.Type, null))
        {
            throw new InvalidDataException(
                $"row {number} has a value in column {column.Name} that is no {column.Type}.");
        }
    }

    private void Add(List<byte[]> rows)
    {
        if (rows.Count == RowsMax)
        {
            throw new InvalidDataException($"it has more than {RowsMax} rows.");
        }

        _entry.Clear();
        foreach (ref readonly var cell in _row.Cells)
        {
            _entry.AppendValue(cell.Value);
        }

        rows.Add(_entry.Written.ToArray());
    }
}
