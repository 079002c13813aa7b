using System.Buffers;

namespace EdgeStream.Delivery;

/// <summary>
/// What is written, in pooled blocks: grows without copying and gives its memory back when disposed.
/// </summary>
/// <remarks>Not thread-safe. <see cref="Content"/> is valid until <see cref="Stream.Dispose()"/>. What asks for more
/// room at once than a block has gets one of that size.</remarks>
internal sealed class BlockBuffer : Stream, IBufferWriter<byte>
{
    /// <summary>Below the large object heap's 85,000 bytes, and a size that the shared pool keeps.</summary>
    public const int BlockBytes = 64 << 10;

    private readonly List<Block> _blocks = [];
    private long _sealedBytes;
    private byte[] _last = [];
    private int _used;
    private bool _isAbandoned;

    /// <inheritdoc/>
    public override long Length => _sealedBytes + _used;

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Position
    {
        get => Length;
        set => throw new NotSupportedException();
    }

    /// <summary>Everything written so far.</summary>
    public ReadOnlySequence<byte> Content()
    {
        if (Length == 0)
        {
            return ReadOnlySequence<byte>.Empty;
        }

        Segment? first = null;
        Segment? last = null;
        foreach (var block in _blocks)
        {
            last = last?.Append(block.Bytes, block.Length) ?? new Segment(block.Bytes, 0, block.Length);
            first ??= last;
        }

        last = last?.Append(_last, _used) ?? new Segment(_last, 0, _used);
        return new ReadOnlySequence<byte>(first ?? last, 0, last, last.Memory.Length);
    }

    /// <summary>The blocks do not go back to the pool any more: someone may read them after it is disposed.</summary>
    public void Abandon() => _isAbandoned = true;

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            if (_used == _last.Length)
            {
                Extend(BlockBytes);
            }

            var length = Math.Min(buffer.Length, _last.Length - _used);
            buffer[..length].CopyTo(_last.AsSpan(_used, length));
            _used += length;
            buffer = buffer[length..];
        }
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (_last.Length - _used < Math.Max(1, sizeHint))
        {
            Extend(Math.Max(BlockBytes, sizeHint));
        }

        return _last.AsMemory(_used);
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <inheritdoc/>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _last.Length - _used);
        _used += count;
    }

    /// <inheritdoc/>
    public override void Flush()
    {
        // Nothing is held back.
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        foreach (var block in _blocks)
        {
            GiveBack(block.Bytes);
        }

        GiveBack(_last);
        _blocks.Clear();
        _last = [];
        (_sealedBytes, _used) = (0, 0);
        base.Dispose(disposing);
    }

    /// <summary>Seals the last block and begins another.</summary>
    private void Extend(int sizeBytes)
    {
        if (_used > 0)
        {
            _blocks.Add(new Block(_last, _used));
            _sealedBytes += _used;
        }
        else
        {
            GiveBack(_last);
        }

        _last = BlockPool.Rent(sizeBytes);
        _used = 0;
    }

    private void GiveBack(byte[] block)
    {
        if (block.Length > 0 && !_isAbandoned)
        {
            BlockPool.Return(block);
        }
    }

    private readonly record struct Block(byte[] Bytes, int Length);

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(byte[] block, long runningIndex, int length)
        {
            Memory = block.AsMemory(0, length);
            RunningIndex = runningIndex;
        }

        public Segment Append(byte[] block, int length)
        {
            var next = new Segment(block, RunningIndex + Memory.Length, length);
            Next = next;
            return next;
        }
    }
}
