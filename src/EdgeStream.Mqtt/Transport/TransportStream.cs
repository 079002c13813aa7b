using System.IO.Pipelines;

namespace EdgeStream.Mqtt;

/// <summary>A transport's pipes as the stream that TLS needs below it.</summary>
internal sealed class TransportStream : Stream
{
    private readonly Stream _input;
    private readonly Stream _output;
    private volatile bool _isShakingHands = true;

    internal TransportStream(IDuplexPipe transport)
    {
        _input = transport.Input.AsStream(leaveOpen: true);
        _output = transport.Output.AsStream(leaveOpen: true);
    }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _isShakingHands
            ? ReadForHandshakeAsync(buffer, cancellationToken)
            : _input.ReadAsync(buffer, cancellationToken);

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        _input.ReadAsync(buffer, offset, count, cancellationToken);

    /// <inheritdoc/>
    public override ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        _output.WriteAsync(buffer, cancellationToken);

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        _output.WriteAsync(buffer, offset, count, cancellationToken);

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => _output.FlushAsync(cancellationToken);

    /// <inheritdoc/>
    public override void Flush()
    {
        // Writing flushes.
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>From now on what is read is handled where it came in.</summary>
    internal void EndHandshake() => _isShakingHands = false;

    /// <summary>What follows signs and verifies, for milliseconds on a small board: not on a thread of the
    /// sockets.</summary>
    private async ValueTask<int> ReadForHandshakeAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        int count = await _input.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        await Task.Yield();
        return count;
    }
}
