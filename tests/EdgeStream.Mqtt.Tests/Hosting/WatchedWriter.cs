using System.Collections.Concurrent;
using System.IO.Pipelines;

namespace EdgeStream.Mqtt.Tests;

/// <summary>A pipe's writer that remembers the names of the threads that send.</summary>
internal sealed class WatchedWriter(PipeWriter writer) : PipeWriter
{
    internal ConcurrentQueue<string?> Threads { get; } = new();

    public override void Advance(int bytes) => writer.Advance(bytes);

    public override Memory<byte> GetMemory(int sizeHint = 0) => writer.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => writer.GetSpan(sizeHint);

    public override void CancelPendingFlush() => writer.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => writer.Complete(exception);

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        Threads.Enqueue(Thread.CurrentThread.Name);
        return writer.FlushAsync(cancellationToken);
    }
}
