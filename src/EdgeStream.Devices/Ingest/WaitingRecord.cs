using System.Buffers;
using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Devices;

/// <summary>A copy of a record that waits for its stream to have room.</summary>
internal sealed class WaitingRecord
{
    private readonly TaskCompletionSource<Task> _appended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly byte[] _buffer;
    private readonly int _keySizeBytes;
    private readonly int _dataSizeBytes;

    internal WaitingRecord(
        ReadOnlySpan<byte> key, ReadOnlySpan<byte> data, Timestamp? eventTime, in ProducerStamp producer = default)
    {
        Producer = KeptProducerStamp.Of(producer);
        _keySizeBytes = key.Length;
        _dataSizeBytes = data.Length;
        EventTime = eventTime;
        _buffer = ArrayPool<byte>.Shared.Rent(SizeBytes);
        key.CopyTo(_buffer);
        data.CopyTo(_buffer.AsSpan(_keySizeBytes));
        Acknowledged = _appended.Task.Unwrap();
    }

    internal ReadOnlyMemory<byte> Key => _buffer.AsMemory(0, _keySizeBytes);

    internal ReadOnlySpan<byte> Data => _buffer.AsSpan(_keySizeBytes, _dataSizeBytes);

    internal Timestamp? EventTime { get; }

    /// <summary>Who made it, and its number; null where it says nothing of that.</summary>
    internal KeptProducerStamp? Producer { get; }

    internal int SizeBytes => _keySizeBytes + _dataSizeBytes;

    /// <summary>Completes when the record is appended and acknowledged, or fails.</summary>
    internal Task Acknowledged { get; }

    /// <summary>The record has its place in the stream; its buffer is gone.</summary>
    internal void Complete(Task acknowledged)
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _appended.SetResult(acknowledged);
    }

    /// <summary>The record will not be appended; its buffer is gone.</summary>
    internal void Fail(Exception exception)
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _appended.SetException(exception);
    }
}
