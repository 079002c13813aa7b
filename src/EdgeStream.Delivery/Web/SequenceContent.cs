using System.Buffers;
using System.Net;

namespace EdgeStream.Delivery;

/// <summary>The body of a request that stands in several blocks, sent from where it is.</summary>
internal sealed class SequenceContent(ReadOnlySequence<byte> body) : HttpContent
{
    private volatile bool _isBegun;

    /// <summary>Whether a connection has begun to read it.</summary>
    public bool IsBegun => _isBegun;

    /// <inheritdoc/>
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    /// <inheritdoc/>
    protected override async Task SerializeToStreamAsync(
        Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        _isBegun = true;
        foreach (var block in body)
        {
            await stream.WriteAsync(block, cancellationToken);
        }
    }

    /// <inheritdoc/>
    protected override bool TryComputeLength(out long length)
    {
        length = body.Length;
        return true;
    }
}
