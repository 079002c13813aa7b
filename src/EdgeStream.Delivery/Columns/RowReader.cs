using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Delivery;

/// <summary>Reads the columns out of records, one row at a time.</summary>
/// <remarks>Of members of the same name the last counts. A row is valid until the next is read. Memory: the texts of
/// one row. Not thread-safe.</remarks>
internal sealed class RowReader : IDisposable
{
    private const int NumberBytes = 8;

    /// <summary>Names of members that are remembered while columns are discovered.</summary>
    private const int NodesMax = 4 * ColumnLayout.CountMax;

    private readonly ColumnLayout _layout;
    private readonly byte[] _stream;
    private readonly byte[] _shard;
    private readonly ColumnCatalog? _catalog;
    private readonly PooledBytes _texts = new();
    private readonly List<LayoutColumn> _columns = [];
    private PathNode _root = new();
    private Cell[] _cells = [];
    private int _nodes;

    /// <summary>Reads the columns of a layout, and where that is open, those of the catalog, if there is one.</summary>
    public RowReader(ColumnLayout layout, string stream, string shardId, ColumnCatalog? catalog)
    {
        _layout = layout;
        _stream = Encoding.UTF8.GetBytes(stream);
        _shard = Encoding.UTF8.GetBytes(shardId);
        _catalog = layout.IsOpen ? catalog : null;
        if (_catalog is null)
        {
            Begin();
        }
    }

    /// <summary>The columns so far; more may come at the end with each row.</summary>
    public IReadOnlyList<LayoutColumn> Columns => _columns;

    /// <summary>Whether the records have waited through an outage.</summary>
    public bool IsHistorical { get; init; }

    /// <summary>Values of the row that its columns cannot hold.</summary>
    public int UnfitValues { get; private set; }

    /// <summary>About what the row takes, in bytes.</summary>
    public int SizeBytes { get; private set; }

    /// <summary>The row.</summary>
    public ReadOnlySpan<Cell> Cells => _cells.AsSpan(0, _columns.Count);

    /// <summary>The bytes of a text.</summary>
    public ReadOnlySpan<byte> TextOf(in Cell cell) => _texts.Written.Slice(cell.Start, cell.Length);

    /// <summary>Begins an object: with the columns that are known by now.</summary>
    public void Begin()
    {
        var columns = _catalog?.All() ?? _layout.Columns;
        if (_columns.Count == columns.Count && _nodes < NodesMax)
        {
            return;
        }

        _nodes = 0;
        _columns.Clear();
        _root = new PathNode { Names = _catalog is null ? null : [] };
        foreach (var column in columns)
        {
            Add(column);
        }
    }

    /// <summary>Reads a record's row; says why where it has none.</summary>
    public string? Read(in StreamRecord record)
    {
        _texts.Cut(0);
        _cells.AsSpan().Clear();
        UnfitValues = 0;
        string? problem = null;
        if (_layout.IsOpen || _root.HasMembers || _root.HasItems || _root.Columns.Count > 0)
        {
            problem = ReadData(record.Data);
        }

        SizeBytes = 1;
        for (var i = 0; i < _columns.Count; i++)
        {
            ref var cell = ref _cells[i];
            if (_columns[i].Field is { } field)
            {
                cell = CellOf(record, field, _columns[i].Type);
            }
            else if (cell.Kind is CellKind.Unfit or CellKind.Missing && _columns[i].IsRequired)
            {
                problem ??= cell.Kind == CellKind.Unfit
                    ? $"The value of the column '{_columns[i].Name}' is no {ColumnWords.Of(_columns[i].Type)}."
                    : $"There is no value for the column '{_columns[i].Name}'.";
            }

            UnfitValues += cell.Kind == CellKind.Unfit ? 1 : 0;
            SizeBytes += cell.Kind switch
            {
                CellKind.Number => NumberBytes,
                CellKind.Text => cell.Length + sizeof(int),
                _ => 0,
            };
        }

        return problem;
    }

    /// <inheritdoc/>
    public void Dispose() => _texts.Dispose();

    private void Add(LayoutColumn column)
    {
        if (column.Field is null && ColumnPath.TryParse(column.Path, out var steps))
        {
            _root.Add(steps, _columns.Count);
        }

        _columns.Add(column);
        if (_cells.Length < _columns.Count)
        {
            Array.Resize(ref _cells, Math.Max(16, _columns.Count * 2));
        }
    }

    private string? ReadData(ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty || !Utf8.IsValid(data))
        {
            return data.IsEmpty ? "The record has no data." : "The data is not JSON: it is not UTF-8.";
        }

        try
        {
            var reader = new Utf8JsonReader(data);
            reader.Read();
            if (_layout.IsOpen && reader.TokenType != JsonTokenType.StartObject)
            {
                return "The data is not a JSON object.";
            }

            Visit(ref reader, _root, data);
            while (reader.Read())
            {
            }

            return null;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return $"The data is not JSON: {error.Message}";
        }
    }

    private void Visit(ref Utf8JsonReader reader, PathNode node, ReadOnlySpan<byte> data)
    {
        var start = (int)reader.TokenStartIndex;
        var isContainer = reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray;
        if (reader.TokenType == JsonTokenType.StartObject && node.HasMembers)
        {
            VisitMembers(ref reader, node, data);
        }
        else if (reader.TokenType == JsonTokenType.StartArray && node.HasItems)
        {
            for (var index = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; index++)
            {
                VisitOrSkip(ref reader, node.Find(index), data);
            }
        }
        else if (isContainer)
        {
            reader.Skip();
        }

        foreach (var column in node.Columns)
        {
            _cells[column] = CellReader.Read(
                ref reader, isContainer, data[start..(int)reader.BytesConsumed], _columns[column].Type, _texts);
        }
    }

    private void VisitMembers(ref Utf8JsonReader reader, PathNode node, ReadOnlySpan<byte> data)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var member = node.Find(ref reader);
            if (member is null && node.Names is { Count: < ColumnPath.DepthMax })
            {
                var name = Encoding.UTF8.GetBytes(reader.GetString()!);
                reader.Read();
                member = MakeMember(node, name, reader.TokenType);
            }
            else
            {
                reader.Read();
            }

            if (member?.Names is { } names)
            {
                Discover(reader.TokenType, member, names);
            }

            VisitOrSkip(ref reader, member, data);
        }
    }

    private PathNode? MakeMember(PathNode node, byte[] name, JsonTokenType token)
    {
        if (token == JsonTokenType.Null || _nodes == NodesMax)
        {
            UnfitValues += token == JsonTokenType.Null ? 0 : 1;
            return null;
        }

        _nodes++;
        return node.Member(name);
    }

    private void VisitOrSkip(ref Utf8JsonReader reader, PathNode? node, ReadOnlySpan<byte> data)
    {
        if (node is null)
        {
            reader.Skip();
        }
        else
        {
            Visit(ref reader, node, data);
        }
    }

    /// <summary>Of an object, its members are columns; of anything else it is one by itself.</summary>
    private void Discover(JsonTokenType token, PathNode member, List<string> names)
    {
        ColumnType? type = token switch
        {
            JsonTokenType.StartObject or JsonTokenType.Null => null,
            JsonTokenType.True or JsonTokenType.False => ColumnType.Boolean,
            JsonTokenType.Number => ColumnType.Double,
            _ => ColumnType.String,
        };
        if (type is null || member.Columns.Count > 0)
        {
            return;
        }

        if (_catalog!.GetOrAdd(names, type.Value) is { } column)
        {
            member.Columns.Add(_columns.Count);
            _columns.Add(column);
            if (_cells.Length < _columns.Count)
            {
                Array.Resize(ref _cells, _columns.Count * 2);
            }

            _cells[_columns.Count - 1] = default;
        }
        else
        {
            UnfitValues++;
        }
    }

    private Cell CellOf(in StreamRecord record, RecordField field, ColumnType type) => field switch
    {
        RecordField.Stream => CellReader.TextOf(_stream, _texts),
        RecordField.Shard => CellReader.TextOf(_shard, _texts),
        RecordField.Sequence => new Cell { Kind = CellKind.Number, Number = record.Sequence.Value },
        RecordField.SubSequence => record.SubSequence is { } place
            ? new Cell { Kind = CellKind.Number, Number = place } : default,
        RecordField.Key => TextOf(record.PartitionKey),
        RecordField.Historical => new Cell { Kind = CellKind.Number, Number = IsHistorical ? 1 : 0 },
        RecordField.EventTime => TimeOf(record.EventTime, type),
        RecordField.ArrivalTime => TimeOf(record.ArrivalTime, type),
        _ => type == ColumnType.Bytes ? CellReader.TextOf(record.Data, _texts) : TextOf(record.Data),
    };

    private static Cell TimeOf(Timestamp time, ColumnType type) =>
        new() { Kind = CellKind.Number, Number = CellReader.TimeOf(time, type) };

    /// <summary>Bytes that are not UTF-8 become U+FFFD.</summary>
    private Cell TextOf(ReadOnlySpan<byte> text) => CellReader.TextOf(
        Utf8.IsValid(text) ? text : Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(text)), _texts);
}
