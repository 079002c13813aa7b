using EdgeStream.Benchmarks.Measuring;
using FASTER.core;

namespace EdgeStream.Benchmarks.Areas.Storage.Peers;

/// <summary>One open FasterLog. Who waits for durability waits for the commit that a loop begins again and
/// again.</summary>
/// <remarks>Its device opens files with O_SYNC: what a commit wrote is on the device when the commit is over.</remarks>
internal sealed class FasterLogSession : IStoreSession
{
    private const int PageSizeBits = 22;
    private const int MemorySizeBits = 30;
    private const int CheckedMemorySizeBits = 26;
    private const int SegmentSizeBits = 30;

    private readonly IDevice _device;
    private readonly FasterLog _log;
    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _waiting = new(0);
    private readonly Lazy<Task> _committing;

    /// <summary>Opens the log.</summary>
    public FasterLogSession(string folder, bool isChecked)
    {
        _device = FASTER.core.Devices.CreateLogDevice(Path.Combine(folder, "faster.log"));
        _log = new FasterLog(new FasterLogSettings
        {
            LogDevice = _device,
            PageSizeBits = PageSizeBits,
            MemorySizeBits = isChecked ? CheckedMemorySizeBits : MemorySizeBits,
            SegmentSizeBits = SegmentSizeBits,
            LogChecksum = isChecked ? LogChecksumType.PerEntry : LogChecksumType.None,
        });
        _committing = new Lazy<Task>(() => Task.Run(CommitAgainAndAgainAsync));
    }

    /// <inheritdoc/>
    public bool BlocksProducers => false;

    /// <inheritdoc/>
    public void Append(ReadOnlySpan<byte> record) => _log.Enqueue(record);

    /// <inheritdoc/>
    public async ValueTask CommitAsync() => await _log.CommitAsync();

    /// <inheritdoc/>
    public async ValueTask AppendDurableAsync(ReadOnlyMemory<byte> record)
    {
        _ = _committing.Value;
        var address = await _log.EnqueueAsync(record);
        _waiting.Release();
        await _log.WaitForCommitAsync(address + 1);
    }

    /// <inheritdoc/>
    public unsafe long Scan()
    {
        using var reader = _log.Scan(0, _log.CommittedUntilAddress);
        long count = 0;
        var seen = 0;
        while (reader.UnsafeGetNext(out var bytes, out _, out _, out _))
        {
            seen += *bytes;
            count++;
            reader.UnsafeRelease();
        }

        Consumed.Bytes(seen);
        return count;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stopping.Cancel();
        if (_committing.IsValueCreated)
        {
            _committing.Value.Wait();
        }

        _log.Dispose();
        _device.Dispose();
        _waiting.Dispose();
        _stopping.Dispose();
    }

    /// <summary>A commit takes all who wait when it begins; without a waiter none is begun.</summary>
    private async Task CommitAgainAndAgainAsync()
    {
        try
        {
            while (true)
            {
                await _waiting.WaitAsync(_stopping.Token);
                while (_waiting.Wait(0))
                {
                }

                await _log.CommitAsync(_stopping.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The session is being closed.
        }
    }
}
