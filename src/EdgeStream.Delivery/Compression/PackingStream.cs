namespace EdgeStream.Delivery;

/// <summary>A stream that is written to once, from the beginning to the end, and packs what it gets.</summary>
/// <remarks>What it has packed is complete when it is disposed. Not thread-safe.</remarks>
internal abstract class PackingStream : Stream
{
    private bool _isEnded;

    /// <summary>Unmanaged memory that it holds, in bytes.</summary>
    public virtual long UnmanagedBytes => 0;

    /// <inheritdoc/>
    public sealed override bool CanRead => false;

    /// <inheritdoc/>
    public sealed override bool CanSeek => false;

    /// <inheritdoc/>
    public sealed override bool CanWrite => true;

    /// <inheritdoc/>
    public sealed override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public sealed override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public abstract override void Write(ReadOnlySpan<byte> buffer);

    /// <inheritdoc/>
    public sealed override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public sealed override void Flush()
    {
        // Blocks have their size for a better ratio: nothing is written early.
    }

    /// <inheritdoc/>
    public sealed override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public sealed override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public sealed override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>Writes what is held back and what follows it.</summary>
    protected abstract void End();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (!_isEnded)
        {
            _isEnded = true;
            End();
        }

        base.Dispose(disposing);
    }
}
