using EdgeStream.Storage;
using EdgeStream.Streams;
using Microsoft.Extensions.Logging;

namespace EdgeStream.Devices;

/// <summary>The way into one stream, in order, also while the stream is busy.</summary>
/// <remarks>
/// A record is appended at once unless others wait. When the stream answers Busy the record waits in a bounded queue,
/// and so does every later one until the queue is empty, so that no record overtakes another of the same sender: the
/// count of waiting records drops to zero only after the last of them was appended. Thread-safe.
/// </remarks>
internal sealed class StreamLane(
    DataStream stream, ILogger logger, int waitingRecordsMax = StreamLane.WaitingRecordsMax)
{
    /// <summary>The most records that wait.</summary>
    internal const int WaitingRecordsMax = 4096;

    /// <summary>The most bytes that wait; one record may exceed them if it is alone.</summary>
    internal const int WaitingBytesMax = 8 << 20;

    private readonly Lock _lock = new();
    private readonly Queue<WaitingRecord> _waiting = new();
    private readonly CancellationTokenSource _stop = new();
    private int _waitingRecords;
    private long _waitingBytes;
    private Task _drain = Task.CompletedTask;
    private bool _isDraining;
    private bool _isStopped;

    /// <summary>The stream.</summary>
    internal DataStream Stream => stream;

    /// <summary>Records that wait now.</summary>
    internal int WaitingRecords => Volatile.Read(ref _waitingRecords);

    /// <summary>Completes when nothing waits that waits now; at once where nothing does.</summary>
    internal Task WhenEmpty
    {
        get
        {
            lock (_lock)
            {
                return _isDraining ? _drain : Task.CompletedTask;
            }
        }
    }

    /// <summary>Appends one record, or has it wait where its sender can't; the bytes are copied.</summary>
    /// <param name="key">The partition key.</param>
    /// <param name="data">The record's data.</param>
    /// <param name="eventTime">The event time; null for "as it arrives".</param>
    /// <param name="mayWait">Whether a busy stream has the record wait; otherwise it is refused as busy, and the
    /// receipt completes when it is worth another try.</param>
    /// <param name="producer">Who made it, and its number; the default where it says nothing of that.</param>
    /// <param name="receipt">Tells when the record is safe, or why it was refused.</param>
    /// <returns>Accepted also for a record that waits.</returns>
    internal AppendStatus Append(
        ReadOnlySpan<byte> key,
        ReadOnlySpan<byte> data,
        Timestamp? eventTime,
        bool mayWait,
        in ProducerStamp producer,
        out LaneReceipt receipt)
    {
        if (WaitingRecords == 0)
        {
            var status = TryAppend(key, data, eventTime, producer, out var appended);
            if (status == AppendStatus.Accepted)
            {
                receipt = new LaneReceipt(appended, null);
                return status;
            }

            if (status != AppendStatus.Busy)
            {
                receipt = new LaneReceipt(default, Task.FromException(Refusal(status, data.Length)));
                return status;
            }
        }

        if (!mayWait)
        {
            receipt = new LaneReceipt(default, stream.WhenRoom(key));
            return AppendStatus.Busy;
        }

        return Wait(key, data, eventTime, producer, out receipt);
    }

    /// <summary>The same for a record that does not say who made it.</summary>
    internal AppendStatus Append(
        ReadOnlySpan<byte> key,
        ReadOnlySpan<byte> data,
        Timestamp? eventTime,
        bool mayWait,
        out LaneReceipt receipt) => Append(key, data, eventTime, mayWait, default, out receipt);

    /// <summary>Refuses what waits and everything that comes.</summary>
    internal async Task StopAsync()
    {
        lock (_lock)
        {
            _isStopped = true;
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        await _drain.ConfigureAwait(false);
        _stop.Dispose();
    }

    private AppendStatus TryAppend(
        ReadOnlySpan<byte> key,
        ReadOnlySpan<byte> data,
        Timestamp? eventTime,
        in ProducerStamp producer,
        out AppendReceipt receipt) => producer.ProducerId.IsEmpty
            ? stream.TryAppend(key, data, eventTime, out receipt)
            : stream.TryAppend(null, key, data, eventTime, producer, out receipt);

    private AppendStatus Wait(
        ReadOnlySpan<byte> key,
        ReadOnlySpan<byte> data,
        Timestamp? eventTime,
        in ProducerStamp producer,
        out LaneReceipt receipt)
    {
        lock (_lock)
        {
            if (_isStopped
                || _waiting.Count >= waitingRecordsMax
                || (_waiting.Count > 0 && _waitingBytes + key.Length + data.Length > WaitingBytesMax))
            {
                receipt = new LaneReceipt(default, Task.FromException(Refusal(AppendStatus.Busy, data.Length)));
                return AppendStatus.Busy;
            }

            var record = new WaitingRecord(key, data, eventTime, producer);
            _waiting.Enqueue(record);
            _waitingBytes += record.SizeBytes;
            Volatile.Write(ref _waitingRecords, _waiting.Count);
            receipt = new LaneReceipt(default, record.Acknowledged);
            if (!_isDraining)
            {
                _isDraining = true;
                _drain = Task.Run(DrainAsync);
            }

            return AppendStatus.Accepted;
        }
    }

    /// <summary>Appends what waits, in order, until nothing does.</summary>
    private async Task DrainAsync()
    {
        Log.StreamBusy(logger, stream.Name);
        long appended = 0;
        try
        {
            while (TryPeek(out var record))
            {
                var status = TryAppend(
                    record.Key.Span,
                    record.Data,
                    record.EventTime,
                    KeptProducerStamp.Stamp(record.Producer),
                    out var receipt);
                if (status == AppendStatus.Busy)
                {
                    await stream.WaitForRoomAsync(record.Key, _stop.Token).ConfigureAwait(false);

                    // Room for some may not be room for this one: let the committer's thread have the processor.
                    await Task.Yield();
                    continue;
                }

                var dataSizeBytes = record.Data.Length;
                Dequeue();
                appended++;
                if (status == AppendStatus.Accepted)
                {
                    record.Complete(receipt.WhenAcknowledged());
                }
                else
                {
                    record.Fail(Refusal(status, dataSizeBytes));
                }
            }

            Log.StreamHasRoom(logger, stream.Name, appended);
        }
        catch (Exception exception)
        {
            // Whatever it is, nobody may wait for ever: everyone who does is told, and what comes next starts anew.
            FailAll(exception);
        }
    }

    private bool TryPeek(out WaitingRecord record)
    {
        lock (_lock)
        {
            _isDraining = _waiting.TryPeek(out record!);
            return _isDraining;
        }
    }

    private void Dequeue()
    {
        lock (_lock)
        {
            _waitingBytes -= _waiting.Dequeue().SizeBytes;
            Volatile.Write(ref _waitingRecords, _waiting.Count);
        }
    }

    private void FailAll(Exception exception)
    {
        WaitingRecord[] failed;
        lock (_lock)
        {
            failed = [.. _waiting];
            _waiting.Clear();
            _waitingBytes = 0;
            _isDraining = false;
            Volatile.Write(ref _waitingRecords, 0);
        }

        Log.WaitingRefused(logger, failed.Length, stream.Name, exception);
        foreach (var record in failed)
        {
            record.Fail(new StreamException(
                exception is OperationCanceledException ? AppendStatus.Busy : AppendStatus.Failed,
                $"The message waited for the stream {stream.Name} and was refused: {exception.Message}",
                exception));
        }
    }

    private StreamException Refusal(AppendStatus status, int dataSizeBytes) => status == AppendStatus.Busy
        ? new StreamException(
            status,
            $"The stream '{stream.Name}' has fallen behind and its waiting room is full. Send again, more slowly.")
        : stream.Refusal(status, dataSizeBytes);
}
