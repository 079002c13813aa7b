using System.Buffers.Binary;
using System.Text;

namespace EdgeStream.Storage.Tests;

/// <summary>Builds a segment's bytes entry by entry, and remembers where each stands.</summary>
internal sealed class SegmentBytes
{
    private readonly byte[] _bytes;
    private readonly SegmentHeader _header;
    private readonly List<Entry> _entries = [];
    private uint _chain;
    private uint _baseChecksum;
    private long _baseSequence;

    public SegmentBytes(int sizeBytes, long first, ulong salt, ushort version = 2, SegmentFlags flags = 0)
    {
        _bytes = new byte[sizeBytes];
        _header = new SegmentHeader(
            sizeBytes, new SequenceNumber(first), new Timestamp(1_000), salt, 0, 1, 1_000, flags, Version: version);
        _chain = _header.Write(_bytes);
        End = SegmentHeader.SizeBytes;
        Next = first;
    }

    public int End { get; private set; }

    public long Next { get; private set; }

    public IReadOnlyList<Entry> Entries => _entries;

    public ReadOnlySpan<byte> Bytes => _bytes;

    public SegmentBytes Base(long durable)
    {
        _baseSequence = Next;
        var start = End;
        _bytes[End] = BaseEntry.BodySizeBytes;
        new BaseEntry(
            new SequenceNumber(Next), new Timestamp(2_000 + Next), 1_000 + Next, 1, new SequenceNumber(durable))
            .WriteBody(_bytes.AsSpan(End + 1));
        var end = EntryFormat.Seal(_bytes, start, End + 1 + BaseEntry.BodySizeBytes, _header.Salt);
        Finish(start, end, EntryFormat.BaseKind, 0);
        _baseChecksum = _chain;
        return this;
    }

    public SegmentBytes Record(string value)
    {
        var sequence = Next++;
        var body = new byte[value.Length + 64];
        body[0] = EntryFormat.RecordKind;
        var at = 1 + VariableInteger.Write(body.AsSpan(1), (ulong)(sequence - _baseSequence));
        at += VariableInteger.Write(body.AsSpan(at), 5);
        at += VariableInteger.Write(body.AsSpan(at), 1);
        body[at++] = (byte)'k';
        at += Encoding.UTF8.GetBytes(value, body.AsSpan(at));
        var start = End;
        End += VariableInteger.Write(_bytes.AsSpan(End), (ulong)at);
        body.AsSpan(0, at).CopyTo(_bytes.AsSpan(End));
        var end = EntryFormat.Seal(_bytes, start, End + at, _baseChecksum);
        return Finish(start, end, EntryFormat.RecordKind, sequence);
    }

    public SegmentBytes Batch(int count, params LogCheckpoint[] checkpoints)
    {
        var body = End + VariableInteger.Write(
            _bytes.AsSpan(End), (ulong)BatchEntry.SizeOf(count, checkpoints));
        body += BatchEntry.Write(_bytes.AsSpan(body), count, checkpoints);
        var end = EntryFormat.Seal(_bytes, End, body, _baseChecksum);
        return Finish(End, end, EntryFormat.BatchKind, 0);
    }

    public SegmentBytes Pad(int sizeBytes) =>
        Finish(End, EntryFormat.WritePad(_bytes, End, sizeBytes, _baseChecksum), EntryFormat.PadKind, 0);

    /// <summary>Bytes of another time behind the end, as in a file that was used before.</summary>
    public SegmentBytes Stale(ReadOnlySpan<byte> bytes)
    {
        bytes[End..].CopyTo(_bytes.AsSpan(End));
        return this;
    }

    private SegmentBytes Finish(int start, int end, byte kind, long sequence)
    {
        _chain = BinaryPrimitives.ReadUInt32LittleEndian(_bytes.AsSpan(end - sizeof(uint)));
        _entries.Add(new Entry(start, end, kind, sequence));
        End = end;
        return this;
    }

    /// <summary>Where one entry stands, and its record's number.</summary>
    public readonly record struct Entry(int Start, int End, byte Kind, long Sequence);
}
