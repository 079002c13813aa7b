using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Delivery;

/// <summary>The records of one object, compressed as they come, and the extent of the log that they are.</summary>
/// <remarks>
/// Memory: at most the delivery's buffer bytes, the lines of one record, one block and the compressor; what it holds
/// beyond its first block, the rows of a Parquet file included, is taken from what all batches share. An empty batch
/// holds no memory. Not thread-safe.
/// </remarks>
internal sealed class Batch(RecordEncoder encoder, DeliveryMemory memory) : IDisposable
{
    /// <summary>Objects that the records of a batch are divided into at most: a block each.</summary>
    public const int PartsMax = 64;

    private readonly BlockBuffer _blocks = new();
    private readonly List<SequenceRun> _runs = [];
    private readonly List<SequenceRun> _kept = [];
    private readonly List<RefusedRecord> _refused = [];
    private readonly Dictionary<string, BatchPart> _parts = new(StringComparer.Ordinal);

    private Stream? _packing;
    private ParquetWriter? _parquet;
    private bool _closed;
    private long _sharedBytes;
    private long _uncountedBytes;

    /// <summary>Writes its records.</summary>
    public RecordEncoder Encoder => encoder;

    /// <summary>How it is written; the columns are those of its records so far.</summary>
    public BatchForm Form => _parquet is null ? encoder.Form : encoder.Form with
    {
        Layout = new ColumnLayout(
            [.. encoder.Rows!.Columns.Take(_parquet.Columns.Count)], HasHeader: false,
            encoder.Form.Layout!.IsOpen),
    };

    /// <summary>Records of the log in the batch; an aggregated one has a line for each of its user records.</summary>
    public long RecordCount { get; private set; }

    /// <summary>Which records: one run where none is missing between them.</summary>
    public IReadOnlyList<SequenceRun> Runs => _runs;

    /// <summary>Of them those of which nothing is left by the transform.</summary>
    public IReadOnlyList<SequenceRun> Filtered
    {
        get
        {
            var filtered = new List<SequenceRun>();
            foreach (var run in _runs)
            {
                filtered.AddRange(run.Without(run.Within(_kept)));
            }

            return filtered;
        }
    }

    /// <summary>How many were filtered, each user record of an aggregated one counted.</summary>
    public long FilteredCount { get; private set; }

    /// <summary>Of them those that cannot stand in the object.</summary>
    public IReadOnlyList<RefusedRecord> Refused => _refused;

    /// <summary>Whether the object has anything in it.</summary>
    public bool HasLines { get; private set; }

    /// <summary>Bytes of their lines, uncompressed; of rows, of their values.</summary>
    public long LineBytes { get; private set; }

    /// <summary>Values that do not fit their columns and are left out.</summary>
    public long UnfitValues { get; private set; }

    /// <summary>The first record.</summary>
    public SequenceNumber First { get; private set; }

    /// <summary>The last record.</summary>
    public SequenceNumber Last { get; private set; }

    /// <summary>When the first record arrived.</summary>
    public Timestamp FirstArrival { get; private set; }

    /// <summary>Whether nothing was added yet.</summary>
    public bool IsEmpty => RecordCount == 0;

    /// <summary>Whether it has filled its first block and no more memory is left for it.</summary>
    public bool IsShortOfMemory => (_blocks.Length >= BlockBuffer.BlockBytes || _sharedBytes > 0) && memory.IsUsedUp;

    /// <summary>Whether records of it have gone since it was first sent: an object that is there may hold
    /// more.</summary>
    public bool HasLostRecords { get; set; }

    /// <summary>Whether what the encoder has written last has an object, or may have one more.</summary>
    public bool TakesPart => encoder.Partition is not { } partition || _parts.Count < PartsMax
        || _parts.GetAlternateLookup<ReadOnlySpan<char>>().ContainsKey(partition.Group);

    /// <summary>Whether what the encoder has written last can be added: a column that is new cannot, behind a row
    /// group.</summary>
    public bool TakesColumns =>
        _parquet is null || _parquet.TakesColumns || _parquet.Columns.Count == encoder.Rows!.Columns.Count;

    /// <summary>Adds the record that follows, or the next user record of the same one, as the encoder has just written
    /// it.</summary>
    public void Add(SequenceNumber sequence, int? subSequence, Timestamp arrival, ReadOnlySpan<byte> line)
    {
        Begin(sequence, arrival);
        if (encoder.Problem is { } problem)
        {
            Refuse(sequence, subSequence, problem);
        }
        else
        {
            Write(line);
        }

        End(sequence);
        SequenceRun.Add(_kept, sequence.Value);
        LineBytes += encoder.SizeBytes;
        _uncountedBytes += encoder.SizeBytes;
        if (_parquet is null && _packing is not PackingStream && _parts.Count == 0)
        {
            CountMemory(_blocks.Length - BlockBuffer.BlockBytes);
        }
        else if (_uncountedBytes >= BlockBuffer.BlockBytes)
        {
            CountAll();
        }
    }

    /// <summary>Adds what a transform has made of a record, and of what it let pass the line that the encoder has just
    /// written.</summary>
    public void Add(in StreamRecord record, TransformOutcome outcome, RejectionCause? cause, ReadOnlySpan<byte> line)
    {
        switch (outcome)
        {
            case TransformOutcome.Dropped:
                AddFiltered(record.Sequence, record.ArrivalTime);
                break;
            case TransformOutcome.Failed:
                AddRefused(
                    record.Sequence, record.SubSequence, record.ArrivalTime, cause ?? RecordTransform.NoObject);
                break;
            default:
                Add(record.Sequence, record.SubSequence, record.ArrivalTime, line);
                break;
        }
    }

    /// <summary>Adds a record that cannot be transformed.</summary>
    public void AddRefused(SequenceNumber sequence, int? subSequence, Timestamp arrival, RejectionCause cause)
    {
        Begin(sequence, arrival);
        _refused.Add(new RefusedRecord(sequence.Value, subSequence, cause));
        End(sequence);
        SequenceRun.Add(_kept, sequence.Value);
    }

    /// <summary>Adds a record that the transform leaves out.</summary>
    public void AddFiltered(SequenceNumber sequence, Timestamp arrival)
    {
        Begin(sequence, arrival);
        End(sequence);
        FilteredCount++;
    }

    /// <summary>Ends the compressed stream and gives the object; nothing can be added afterwards.</summary>
    public DeliveryObject Close(string name, RecordProgress records)
    {
        if (!_closed)
        {
            _closed = true;
            _parquet?.End();
            CountAll();
            _parquet?.Dispose();
            _packing?.Dispose();
            _parquet = null;
            _packing = null;
            CountAll();
        }

        var contentType = ObjectName.ContentType(encoder.Form.Compression, encoder.Form.Format);
        var parts = new List<DeliveryObject>();
        foreach (var part in _parts.Values)
        {
            parts.Add(part.Close(PartitionKeys.Fill(name, part.Values), contentType));
        }

        CountAll();

        // Where one is too large, that is known before another is there.
        parts.Sort(static (left, right) => right.Content.Length.CompareTo(left.Content.Length));
        return new DeliveryObject(name, contentType, _blocks.Content())
        {
            Records = records,
            IsHistorical = encoder.Form.IsHistorical,
            Parts = parts,
        };
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        if (!_closed)
        {
            _closed = true;
            _parquet?.Dispose();
            _packing?.Dispose();
        }

        foreach (var part in _parts.Values)
        {
            part.Dispose();
        }

        _parts.Clear();
        _blocks.Dispose();
        CountMemory(0);
    }

    private void Begin(SequenceNumber sequence, Timestamp arrival)
    {
        if (RecordCount == 0)
        {
            First = sequence;
            FirstArrival = arrival;
        }
    }

    private void End(SequenceNumber sequence)
    {
        if (sequence != Last)
        {
            RecordCount++;
            Last = sequence;
            SequenceRun.Add(_runs, sequence.Value);
        }
    }

    private void Refuse(SequenceNumber sequence, int? subSequence, string problem) => _refused.Add(new RefusedRecord(
        sequence.Value, subSequence,
        RejectionCause.Of(RejectionReason.InvalidData, ErrorTypes.InvalidDataCode, problem)));

    private void Write(ReadOnlySpan<byte> line)
    {
        if (encoder.Partition is { } partition)
        {
            HasLines = true;
            UnfitValues += encoder.Rows?.UnfitValues ?? 0;
            WritePart(PartOf(partition), line);
            return;
        }

        if (!HasLines)
        {
            HasLines = true;
            if (encoder.Form.Format == RecordFormat.Parquet)
            {
                _parquet = new ParquetWriter(_blocks, encoder.Form.Compression);
            }
            else
            {
                _packing = CompressionForm.Open(encoder.Form.Compression, _blocks, encoder.EntryName(First));
                (_packing ?? _blocks).Write(encoder.Header);
            }
        }

        UnfitValues += encoder.Rows?.UnfitValues ?? 0;
        if (_parquet is not null)
        {
            WriteRow(_parquet, encoder.Rows!);
        }
        else
        {
            (_packing ?? _blocks).Write(line);
        }
    }

    /// <summary>The object of the record that the encoder has just written.</summary>
    private BatchPart PartOf(PartitionReader partition)
    {
        var parts = _parts.GetAlternateLookup<ReadOnlySpan<char>>();
        if (!parts.TryGetValue(partition.Group, out var part))
        {
            var group = partition.Group.ToString();
            part = new BatchPart(PartitionReader.ValuesOf(group), encoder.Form, encoder.EntryName(First));
            _parts.Add(group, part);
            part.Write(encoder.Form.Format == RecordFormat.Parquet ? [] : encoder.Header);
        }

        return part;
    }

    private void WritePart(BatchPart part, ReadOnlySpan<byte> line)
    {
        if (part.Parquet is { } writer)
        {
            WriteRow(writer, encoder.Rows!);
        }
        else
        {
            part.Write(line);
        }
    }

    private void WriteRow(ParquetWriter writer, RowReader rows)
    {
        while (writer.Columns.Count < rows.Columns.Count && writer.TakesColumns)
        {
            writer.AddColumn(rows.Columns[writer.Columns.Count].ToParquet());
        }

        var cells = rows.Cells;
        for (var i = 0; i < writer.Buffers.Count; i++)
        {
            var buffer = writer.Buffers[i];
            switch (cells[i].Kind)
            {
                case CellKind.Number:
                    buffer.AddNumber(cells[i].Number);
                    break;
                case CellKind.Text:
                    buffer.AddText(rows.TextOf(cells[i]));
                    break;
                default:
                    buffer.AddNull();
                    break;
            }
        }

        // A user record of an aggregated one may bring columns that come too late for the object.
        for (var i = writer.Buffers.Count; i < cells.Length; i++)
        {
            UnfitValues += cells[i].Kind is CellKind.Number or CellKind.Text ? 1 : 0;
        }

        writer.EndRow(rows.SizeBytes);
    }

    private void CountAll()
    {
        _uncountedBytes = 0;
        var parts = 0L;
        foreach (var part in _parts.Values)
        {
            parts += part.SizeBytes;
        }

        CountMemory(parts + _blocks.Length - BlockBuffer.BlockBytes + (_parquet?.CapacityBytes ?? 0)
            + ((_packing as PackingStream)?.UnmanagedBytes ?? 0));
    }

    private void CountMemory(long sharedBytes)
    {
        sharedBytes = Math.Max(0, sharedBytes);
        if (sharedBytes != _sharedBytes)
        {
            memory.Add(sharedBytes - _sharedBytes);
            _sharedBytes = sharedBytes;
        }
    }
}
