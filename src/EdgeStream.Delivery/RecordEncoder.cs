using System.Globalization;
using System.Text;
using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Delivery;

/// <summary>Writes records as they stand in objects.</summary>
/// <remarks>Not thread-safe: what it gives stays valid until the next call. Raw records without a delimiter are given
/// where they are.</remarks>
internal sealed class RecordEncoder : IDisposable
{
    private readonly byte[] _delimiter;
    private readonly JsonLineEncoder? _lines;
    private readonly CsvEncoder? _csv;
    private readonly string _entryPrefix;
    private byte[] _delimited = [];

    /// <summary>Writes records of a shard for a delivery.</summary>
    /// <param name="form">How.</param>
    /// <param name="definition">The delivery.</param>
    /// <param name="shardId">The shard.</param>
    /// <param name="catalog">The columns that the delivery has discovered.</param>
    /// <param name="name">The batch's name, as far as it is known: where it has expressions for values of the data,
    /// records are divided by them.</param>
    public RecordEncoder(
        BatchForm form, DeliveryDefinition definition, string shardId, ColumnCatalog? catalog,
        string name = "")
    {
        Form = form;
        Partition = PartitionKeys.PathsOf(name) is { Count: > 0 } paths
            ? new PartitionReader(paths, definition.Stream, shardId) : null;
        _delimiter = Encoding.UTF8.GetBytes(form.Delimiter);
        _entryPrefix = $"{definition.Name}-{shardId}-";
        _lines = form.Format == RecordFormat.JsonLines
            ? new JsonLineEncoder(definition.Stream, shardId, form.IsHistorical) : null;
        _csv = form.Format == RecordFormat.Csv ? new CsvEncoder(form.Delimiter) : null;
        Header = form.Layout is { HasHeader: true } layout ? _csv?.Header(layout.Columns) ?? [] : [];
        Rows = form.Layout is null ? null : new RowReader(form.Layout, definition.Stream, shardId, catalog)
        {
            IsHistorical = form.IsHistorical,
        };
    }

    /// <summary>How records are written.</summary>
    public BatchForm Form { get; }

    /// <summary>The values by which records are divided; null where all go into one object.</summary>
    public PartitionReader? Partition { get; }

    /// <summary>The row of the last record; null in formats without columns.</summary>
    public RowReader? Rows { get; }

    /// <summary>Why the last record cannot stand in an object; null where it can.</summary>
    public string? Problem { get; private set; }

    /// <summary>What the last record takes, in bytes.</summary>
    public int SizeBytes { get; private set; }

    /// <summary>What stands before the first record; empty in formats without a header.</summary>
    public byte[] Header { get; }

    /// <summary>Begins an object.</summary>
    public void Begin() => Rows?.Begin();

    /// <summary>The record's bytes in an object; none where it is a row of a Parquet file.</summary>
    public ReadOnlySpan<byte> Encode(in StreamRecord record)
    {
        if (Rows is not null)
        {
            Problem = Rows.Read(record) ?? Partition?.Read(record);
            var row = _csv is null || Problem is not null ? [] : _csv.Encode(Rows);
            SizeBytes = Problem is not null ? 1 : _csv is null ? Rows.SizeBytes : row.Length;
            return row;
        }

        Problem = Partition?.Read(record);
        var line = _lines is not null ? _lines.Encode(record)
            : _delimiter.Length == 0 ? record.Data : Delimit(record.Data);
        SizeBytes = line.Length;
        return line;
    }

    /// <summary>The name of an archive's entry that begins with that record.</summary>
    public string EntryName(SequenceNumber first) => string.Create(
        CultureInfo.InvariantCulture, $"{_entryPrefix}{first.Value:D20}{ObjectName.ExtensionOf(Form.Format)}");

    /// <inheritdoc/>
    public void Dispose()
    {
        Rows?.Dispose();
        _csv?.Dispose();
        Partition?.Dispose();
    }

    private ReadOnlySpan<byte> Delimit(ReadOnlySpan<byte> data)
    {
        var length = data.Length + _delimiter.Length;
        if (_delimited.Length < length)
        {
            _delimited = new byte[Math.Max(length, _delimited.Length * 2)];
        }

        data.CopyTo(_delimited);
        _delimiter.CopyTo(_delimited.AsSpan(data.Length));
        return _delimited.AsSpan(0, length);
    }
}
