using System.IO.Compression;
using EdgeStream.Storage;

namespace EdgeStream.Delivery;

/// <summary>The lines of one object, compressed as they come, and the extent of the log that they are.</summary>
/// <remarks>
/// Memory: at most the delivery's buffer bytes, the lines of one record, one block and the compressor's quarter
/// megabyte; what it holds beyond its first block is taken from what all batches share. An empty batch holds no memory.
/// Not thread-safe.
/// </remarks>
internal sealed class Batch(CompressionKind compression, RecordFormat format, DeliveryMemory memory) : IDisposable
{
    private readonly BlockBuffer _blocks = new();
    private GZipStream? _gzip;
    private bool _closed;
    private long _sharedBytes;
    private readonly List<SequenceRun> _runs = [];

    /// <summary>How the lines are compressed.</summary>
    public CompressionKind Compression { get; } = compression;

    /// <summary>Records of the log in the batch; an aggregated one has a line for each of its user records.</summary>
    public long RecordCount { get; private set; }

    /// <summary>Which records: one run where none is missing between them.</summary>
    public IReadOnlyList<SequenceRun> Runs => _runs;

    /// <summary>Bytes of their lines, uncompressed.</summary>
    public long LineBytes { get; private set; }

    /// <summary>The first record.</summary>
    public SequenceNumber First { get; private set; }

    /// <summary>The last record.</summary>
    public SequenceNumber Last { get; private set; }

    /// <summary>When the first record arrived.</summary>
    public Timestamp FirstArrival { get; private set; }

    /// <summary>Whether nothing was added yet.</summary>
    public bool IsEmpty => RecordCount == 0;

    /// <summary>Whether it has filled its first block and no more memory is left for it.</summary>
    public bool IsShortOfMemory => _blocks.Length >= BlockBuffer.BlockBytes && memory.IsUsedUp;

    /// <summary>Adds the line of the record that follows, or of the next user record of the same one.</summary>
    public void Add(SequenceNumber sequence, Timestamp arrival, ReadOnlySpan<byte> line)
    {
        if (RecordCount == 0)
        {
            First = sequence;
            FirstArrival = arrival;
            _gzip = Compression == CompressionKind.Gzip
                ? new GZipStream(_blocks, CompressionLevel.Optimal, leaveOpen: true)
                : null;
        }

        if (_gzip is null)
        {
            _blocks.Write(line);
        }
        else
        {
            _gzip.Write(line);
        }

        if (sequence != Last)
        {
            RecordCount++;
            Last = sequence;
            SequenceRun.Add(_runs, sequence.Value);
        }

        LineBytes += line.Length;
        CountMemory(_blocks.Length - BlockBuffer.BlockBytes);
    }

    /// <summary>Ends the compressed stream and gives the object; nothing can be added afterwards.</summary>
    public DeliveryObject Close(string name, RecordProgress records)
    {
        if (!_closed)
        {
            _closed = true;
            _gzip?.Dispose();
        }

        return new DeliveryObject(name, ObjectName.ContentType(Compression, format), _blocks.Content())
        {
            Records = records,
        };
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        if (!_closed)
        {
            _closed = true;
            _gzip?.Dispose();
        }

        _blocks.Dispose();
        CountMemory(0);
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
