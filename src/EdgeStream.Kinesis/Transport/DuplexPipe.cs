using System.IO.Pipelines;

namespace EdgeStream.Kinesis;

/// <summary>Two ends of a transport, over the stream that a layer (TLS) gives.</summary>
internal sealed class DuplexPipe : IDuplexPipe
{
    private const int BufferBytes = 4096;
    private const int ReadBytesMin = 1024;

    internal DuplexPipe(Stream stream)
    {
        // With zero-byte reads a connection that is idle holds no buffer.
        Input = PipeReader.Create(
            stream,
            new StreamPipeReaderOptions(null, BufferBytes, ReadBytesMin, leaveOpen: true, useZeroByteReads: true));
        Output = PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true));
    }

    /// <inheritdoc/>
    public PipeReader Input { get; }

    /// <inheritdoc/>
    public PipeWriter Output { get; }

    internal async ValueTask CompleteAsync()
    {
        await Input.CompleteAsync().ConfigureAwait(false);
        try
        {
            await Output.CompleteAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // What was not flushed has nowhere to go.
        }
    }
}
