using System.Buffers;

namespace EdgeStream.Delivery;

/// <summary>
/// A write-only stream into pooled blocks: grows without copying and gives its memory back when disposed.
/// </summary>
/// <remarks>Not thread-safe. <see cref="Content"/> is valid until <see cref="Stream.Dispose()"/>.</remarks>
internal sealed class BlockBuffer : Stream
{
    /// <summary>Below the large object heap's 85,000 bytes, and a size that the shared pool keeps.</summary>
    public const int BlockBytes = 64 << 10;

    private readonly List<byte[]> _blocks = [];
    private int _used;

    /// <inheritdoc/>
    public override long Length => _blocks.Count == 0 ? 0 : ((long)(_blocks.Count - 1) * BlockBytes) + _used;

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
        if (_blocks.Count == 0)
        {
            return ReadOnlySequence<byte>.Empty;
        }

        var first = new Segment(_blocks[0], 0, _blocks.Count == 1 ? _used : BlockBytes);
        var last = first;
        for (var i = 1; i < _blocks.Count; i++)
        {
            last = last.Append(_blocks[i], i == _blocks.Count - 1 ? _used : BlockBytes);
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            if (_blocks.Count == 0 || _used == BlockBytes)
            {
                _blocks.Add(ArrayPool<byte>.Shared.Rent(BlockBytes));
                _used = 0;
            }

            var length = Math.Min(buffer.Length, BlockBytes - _used);
            buffer[..length].CopyTo(_blocks[^1].AsSpan(_used, length));
            _used += length;
            buffer = buffer[length..];
        }
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

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
            ArrayPool<byte>.Shared.Return(block);
        }

        _blocks.Clear();
        _used = 0;
        base.Dispose(disposing);
    }

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
