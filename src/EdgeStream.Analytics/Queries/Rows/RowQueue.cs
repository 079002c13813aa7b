using System.Buffers.Binary;
using System.Numerics;
using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>Saved rows, first in, first out, in one ring of bytes that grows as needed.</summary>
/// <remarks>Each row is its length (4 bytes) and its bytes. A row does not wrap: what is left at the end of the ring is
/// skipped. Rows are found by positions that only grow.</remarks>
internal sealed class RowQueue
{
    /// <summary>The ring's size is always a power of two.</summary>
    private const int InitialSizeBytes = 1024;

    private const int HeadBytes = sizeof(int);
    private const int Skip = -1;

    private byte[] _ring = new byte[InitialSizeBytes];
    private long _head;
    private long _tail;

    /// <summary>How many rows are in.</summary>
    public int Count { get; private set; }

    /// <summary>The position of the oldest row.</summary>
    public long First => SkipGap(_head);

    /// <summary>The position behind the newest row.</summary>
    public long End => _tail;

    public int SizeBytes => _ring.Length;

    /// <summary>Adds a row at the end; the position that it has until the ring grows.</summary>
    public void Add(ReadOnlySpan<byte> row)
    {
        var size = row.Length + HeadBytes;
        while (true)
        {
            var offset = PlaceOf(_tail);
            var left = _ring.Length - offset;
            var needed = left < size ? left + size : size;
            if (_tail + needed - _head <= _ring.Length)
            {
                if (left < size)
                {
                    MarkGap(offset, left);
                    _tail += left;
                    offset = 0;
                }

                BinaryPrimitives.WriteInt32LittleEndian(_ring.AsSpan(offset), row.Length);
                row.CopyTo(_ring.AsSpan(offset + HeadBytes));
                _tail += size;
                Count++;
                return;
            }

            Grow(size);
        }
    }

    public ReadOnlySpan<byte> At(long position)
    {
        var offset = PlaceOf(position);
        return _ring.AsSpan(offset + HeadBytes, BinaryPrimitives.ReadInt32LittleEndian(_ring.AsSpan(offset)));
    }

    /// <summary>The bytes of a row, to change some of them in place.</summary>
    public Span<byte> Writable(long position)
    {
        var offset = PlaceOf(position);
        return _ring.AsSpan(offset + HeadBytes, BinaryPrimitives.ReadInt32LittleEndian(_ring.AsSpan(offset)));
    }

    /// <summary>The position of the row behind one; <see cref="End"/> behind the newest.</summary>
    public long Next(long position) => SkipGap(position + HeadBytes + At(position).Length);

    /// <summary>Drops the oldest row.</summary>
    public void RemoveFirst()
    {
        _head = Next(First);
        if (--Count == 0)
        {
            _head = _tail = 0;
        }
    }

    public void Clear()
    {
        _head = _tail = 0;
        Count = 0;
    }

    public void Save(ByteBuffer output)
    {
        output.AppendInt32(Count);
        for (var position = First; position < End; position = Next(position))
        {
            var row = At(position);
            output.AppendInt32(row.Length);
            output.Append(row);
        }
    }

    public void Load(ref StateReader reader)
    {
        Clear();
        var count = reader.ReadInt32();
        for (var index = 0; index < count && !reader.IsBroken; index++)
        {
            Add(reader.ReadBytes(reader.ReadInt32()));
        }
    }

    private int PlaceOf(long position) => (int)(position & (_ring.Length - 1));

    private long SkipGap(long position)
    {
        if (position >= _tail)
        {
            return _tail;
        }

        var offset = PlaceOf(position);
        var left = _ring.Length - offset;
        return left < HeadBytes || BinaryPrimitives.ReadInt32LittleEndian(_ring.AsSpan(offset)) == Skip
            ? position + left
            : position;
    }

    private void MarkGap(int offset, int left)
    {
        if (left >= HeadBytes)
        {
            BinaryPrimitives.WriteInt32LittleEndian(_ring.AsSpan(offset), Skip);
        }
    }

    private void Grow(int size)
    {
        var larger = new byte[Math.Max(_ring.Length * 2, (int)BitOperations.RoundUpToPowerOf2((uint)size * 2))];
        var length = 0;
        for (var position = First; position < End; position = Next(position))
        {
            var row = At(position);
            BinaryPrimitives.WriteInt32LittleEndian(larger.AsSpan(length), row.Length);
            row.CopyTo(larger.AsSpan(length + HeadBytes));
            length += HeadBytes + row.Length;
        }

        _ring = larger;
        _head = 0;
        _tail = length;
    }
}
