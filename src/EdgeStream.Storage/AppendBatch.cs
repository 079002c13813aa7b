using System.Runtime.InteropServices;
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
    private byte[] _checkpointBytes = [];
    private int _checkpointSizeBytes;

    /// <summary>The records so far.</summary>
    public int RecordCount => _records.Count;

    /// <summary>Bytes of keys and values so far.</summary>
    public int SizeBytes { get; private set; }

    internal ReadOnlySpan<Record> Records => CollectionsMarshal.AsSpan(_records);

    internal ReadOnlySpan<LogCheckpoint> Checkpoints => CollectionsMarshal.AsSpan(_checkpoints);

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
    /// <remarks>Of two values under one name the later one counts. Copies the value, and allocates nothing once the
    /// batch has grown to its use.</remarks>
    /// <exception cref="ArgumentException">The name is empty or too long.</exception>
    public void SetCheckpoint(string name, ReadOnlySpan<byte> value)
    {
        if (name.Length == 0 || Encoding.UTF8.GetByteCount(name) > CheckpointNameSizeBytesMax)
        {
            throw new ArgumentException(
                $"A checkpoint's name has 1 to {CheckpointNameSizeBytesMax} bytes of UTF-8: '{name}'.");
        }

        if (_checkpointBytes.Length - _checkpointSizeBytes < value.Length)
        {
            // What was set before keeps its place in the old array.
            _checkpointBytes = new byte[Math.Max(2 * _checkpointBytes.Length, value.Length)];
            _checkpointSizeBytes = 0;
        }

        value.CopyTo(_checkpointBytes.AsSpan(_checkpointSizeBytes));
        var checkpoint = new LogCheckpoint(name, _checkpointBytes.AsMemory(_checkpointSizeBytes, value.Length));
        _checkpointSizeBytes += value.Length;
        for (var at = 0; at < _checkpoints.Count; at++)
        {
            if (_checkpoints[at].Name == name)
            {
                _checkpoints[at] = checkpoint;
                return;
            }
        }

        _checkpoints.Add(checkpoint);
    }

    /// <summary>Empties the batch for its next use.</summary>
    public void Clear()
    {
        _records.Clear();
        _checkpoints.Clear();
        SizeBytes = LargestRecordSizeBytes = LargestKeySizeBytes = _checkpointSizeBytes = 0;
    }

    internal ReadOnlySpan<byte> KeyOf(in Record record) => _bytes.AsSpan(record.Start, record.KeySizeBytes);

    internal ReadOnlySpan<byte> ValueOf(in Record record) =>
        _bytes.AsSpan(record.Start + record.KeySizeBytes, record.ValueSizeBytes);

    /// <summary>Where a record's key and value stand.</summary>
    internal readonly record struct Record(int Start, int KeySizeBytes, int ValueSizeBytes, Timestamp? EventTime);
}
