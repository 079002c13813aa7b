using System.Buffers;
using EdgeStream.Storage;
using Microsoft.Extensions.Logging;

namespace EdgeStream.Devices;

/// <summary>The devices' entries in the gateway's state: read at the start, and written when devices have
/// changed.</summary>
/// <remarks>
/// Thread-safe. One writing at a time, of at most 256 entries a commit, so that readings keep coming in meanwhile. What
/// cannot be written is logged, once until a writing succeeds again, and made up for by a later one.
/// </remarks>
internal sealed class DeviceEntries(StateStore state, DeviceTable table, ILogger logger)
{
    private const int EntriesPerCommit = 256;
    private const long WriteIntervalMicroseconds = 10_000_000;

    private readonly SemaphoreSlim _writing = new(1, 1);
    private Timestamp? _lastWrite;
    private bool _writeFailed;

    /// <summary>Adds the devices of the run before to the table. Entries that can't be read are logged and left
    /// out.</summary>
    internal void Load()
    {
        var found = new List<DeviceSnapshot>();
        foreach (var (key, entry) in state.List(DeviceEntryFormat.KeyPrefix))
        {
            var id = key[DeviceEntryFormat.KeyPrefix.Length..];
            if (DeviceEntryFormat.TryRead(id, entry.Span, out var device, out var problem))
            {
                found.Add(device!);
            }
            else
            {
                Log.RegistryEntryUnreadable(logger, key, problem);
            }
        }

        lock (table.Gate)
        {
            foreach (var device in found.OrderBy(device => device.LastSeen))
            {
                table.Add(new Device(device));
            }
        }
    }

    /// <summary>Writes what has changed, if the last write is ten seconds ago.</summary>
    internal async ValueTask TickAsync(Timestamp now, CancellationToken cancellationToken)
    {
        // A clock that was set back counts as due.
        if (_lastWrite is { } last
            && now >= last
            && now.UnixMicroseconds - last.UnixMicroseconds < WriteIntervalMicroseconds)
        {
            return;
        }

        _lastWrite = now;
        await FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes what has changed, now.</summary>
    internal async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            Device[] changed;
            string[] removed;
            lock (table.Gate)
            {
                changed = [.. table.LastSeenFirst.Where(device => device.IsChanged)];
                removed = [.. table.RemovedIds];
            }

            foreach (var some in removed.Chunk(EntriesPerCommit))
            {
                await DeleteAsync(some, cancellationToken).ConfigureAwait(false);
            }

            foreach (var some in changed.Chunk(EntriesPerCommit))
            {
                await WriteAsync(some, cancellationToken).ConfigureAwait(false);
            }

            _writeFailed = false;
        }
        catch (IOException exception)
        {
            if (!_writeFailed)
            {
                _writeFailed = true;
                Log.RegistryNotWritten(logger, exception);
            }
        }
        finally
        {
            _writing.Release();
        }
    }

    private async ValueTask DeleteAsync(string[] ids, CancellationToken cancellationToken)
    {
        var batch = new StateBatch();
        foreach (var id in ids)
        {
            batch.Delete(DeviceEntryFormat.KeyPrefix + id);
        }

        await state.CommitAsync(batch, cancellationToken).ConfigureAwait(false);
        lock (table.Gate)
        {
            table.Forget(ids);
        }
    }

    private async ValueTask WriteAsync(Device[] devices, CancellationToken cancellationToken)
    {
        var isWritten = false;
        try
        {
            await state.CommitAsync(TakeChanges(devices), cancellationToken).ConfigureAwait(false);
            isWritten = true;
        }
        finally
        {
            if (!isWritten)
            {
                MarkChanged(devices);
            }
        }
    }

    private StateBatch TakeChanges(Device[] devices)
    {
        var batch = new StateBatch();
        var entry = new ArrayBufferWriter<byte>(256);
        lock (table.Gate)
        {
            // One that was removed meanwhile must not come back.
            foreach (var device in devices.Where(table.Holds))
            {
                var snapshot = device.ToSnapshot(alias: null);
                entry.ResetWrittenCount();
                DeviceEntryFormat.Write(snapshot, entry);
                batch.Put(DeviceEntryFormat.KeyPrefix + snapshot.Id, entry.WrittenSpan);
                device.IsChanged = false;
            }
        }

        return batch;
    }

    private void MarkChanged(Device[] devices)
    {
        lock (table.Gate)
        {
            foreach (var device in devices)
            {
                device.IsChanged = true;
            }
        }
    }
}
