using System.Text;

namespace EdgeStream.Storage;

/// <summary>
/// Records, and checkpoints that belong to them, which go into a log together or not at all, also over a power cut.
/// </summary>
/// <remarks>
/// Not thread-safe. The caller owns it and may use it again after <see cref="Clear"/>; a log copies what it accepts.
/// It holds at most 65,536 records and 16 MiB; how much of that a log takes depends on its segments.
/// </remarks>
public sealed class AppendBatch
{
    /// <summary>The most that keys and values of one batch take together, in bytes.</summary>
    public const int SizeBytesMax = 16 << 20;

    /// <summary>The most records that one batch holds.</summary>
    public const int RecordCountMax = 64 << 10;

    /// <summary>The longest name of a checkpoint, in bytes of UTF-8.</summary>
    public const int CheckpointNameSizeBytesMax = 1024;

    private const int InitialSizeBytes = 4 << 10;

    private readonly List<Record> _records = [];
    private readonly List<LogCheckpoint> _checkpoints = [];
    private byte[] _bytes = new byte[InitialSizeBytes];

    /// <summary>The records so far.</summary>
    public int RecordCount => _records.Count;

    /// <summary>Bytes of keys and values so far.</summary>
    public int SizeBytes { get; private set; }

    internal IReadOnlyList<Record> Records => _records;

    internal IReadOnlyCollection<LogCheckpoint> Checkpoints => _checkpoints;

    internal int LargestRecordSizeBytes { get; private set; }

    internal int LargestKeySizeBytes { get; private set; }

    /// <summary>
    /// Adds a record, copying the bytes; false, and nothing added, when the batch has no room for it.
    /// </summary>
    public bool TryAdd(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, Timestamp? eventTime = null)
    {
        var size = (long)key.Length + value.Length;
        if (SizeBytes + size > SizeBytesMax || _records.Count == RecordCountMax)
        {
            return false;
        }

        if (_bytes.Length - SizeBytes < size)
        {
            Array.Resize(ref _bytes, (int)Math.Max(2L * _bytes.Length, SizeBytes + size));
        }

        key.CopyTo(_bytes.AsSpan(SizeBytes));
        value.CopyTo(_bytes.AsSpan(SizeBytes + key.Length));
        _records.Add(new Record(SizeBytes, key.Length, value.Length, eventTime));
        SizeBytes += (int)size;
        LargestRecordSizeBytes = Math.Max(LargestRecordSizeBytes, (int)size);
        LargestKeySizeBytes = Math.Max(LargestKeySizeBytes, key.Length);
        return true;
    }

    /// <summary>Sets a checkpoint together with the records; an empty value takes the name away.</summary>
    /// <exception cref="ArgumentException">The name is empty or too long.</exception>
    public void SetCheckpoint(string name, ReadOnlySpan<byte> value)
    {
        if (name.Length == 0 || Encoding.UTF8.GetByteCount(name) > CheckpointNameSizeBytesMax)
        {
            throw new ArgumentException(
                $"A checkpoint's name has 1 to {CheckpointNameSizeBytesMax} bytes of UTF-8: '{name}'.");
        }

        _checkpoints.Add(new LogCheckpoint(name, value.ToArray()));
    }

    /// <summary>Empties the batch for its next use.</summary>
    public void Clear()
    {
        _records.Clear();
        _checkpoints.Clear();
        SizeBytes = LargestRecordSizeBytes = LargestKeySizeBytes = 0;
    }

    internal ReadOnlySpan<byte> KeyOf(in Record record) => _bytes.AsSpan(record.Start, record.KeySizeBytes);

    internal ReadOnlySpan<byte> ValueOf(in Record record) =>
        _bytes.AsSpan(record.Start + record.KeySizeBytes, record.ValueSizeBytes);

    /// <summary>Where a record's key and value stand.</summary>
    internal readonly record struct Record(int Start, int KeySizeBytes, int ValueSizeBytes, Timestamp? EventTime);
}
