using EdgeStream.Storage;

namespace EdgeStream.Delivery;

/// <summary>What a delivery has used of its link: ever, and of its month's allowance.</summary>
/// <remarks>
/// <para>Thread-safe. Durability with an allowance: before bytes go that the state does not know yet, it is told of
/// <see cref="StepBytes"/> more; after a kill the month counts up to that too much, and never more than one read too
/// little. Without one the state is told after each <see cref="FreeStepBytes"/> and at the end, so that a kill loses
/// up to that.</para>
/// </remarks>
internal sealed class LinkUse
{
    /// <summary>256 KiB.</summary>
    public const long StepBytes = 256L << 10;

    /// <summary>4 MiB.</summary>
    public const long FreeStepBytes = 4L << 20;

    private readonly StateStore _state;
    private readonly TimeProvider _time;
    private readonly string _key;
    private readonly long? _bytesPerMonth;
    private readonly SemaphoreSlim _saving = new(1);
    private readonly Lock _gate = new();
    private readonly long _sentBefore;
    private readonly long _receivedBefore;
    private LinkUseEntry _entry;

    /// <summary>The month's bytes up to which the state knows.</summary>
    private long _known;

    /// <summary>All bytes when the state was to be told last.</summary>
    private long _toldBytes;

    /// <summary>Reads what the state knows.</summary>
    public LinkUse(StateStore state, DeliveryDefinition definition, TimeProvider time)
    {
        _state = state;
        _time = time;
        _key = $"{definition.LedgerPrefix}link/use";
        _bytesPerMonth = definition.Link.BytesPerMonth;
        if (state.TryGet(_key, out var bytes))
        {
            LinkUseEntry.TryRead(bytes.Span, out _entry);
        }

        _known = _entry.MonthBytes;
        _toldBytes = _entry.SentBytes + _entry.ReceivedBytes;
        _sentBefore = _entry.SentBytes;
        _receivedBefore = _entry.ReceivedBytes;
    }

    /// <summary>The numbers of this moment.</summary>
    public LinkUseEntry Now
    {
        get
        {
            lock (_gate)
            {
                Turn();
                return _entry;
            }
        }
    }

    /// <summary>Bytes sent and received since the start.</summary>
    public long BytesSinceStart
    {
        get
        {
            lock (_gate)
            {
                return _entry.SentBytes - _sentBefore + _entry.ReceivedBytes - _receivedBefore;
            }
        }
    }

    /// <summary>When an attempt that sends about so many bytes may begin, where it must wait for another month; null
    /// where it may begin now.</summary>
    /// <remarks>One of more than half of the allowance may go when half of it is left.</remarks>
    public DateTimeOffset? WaitFor(long sizeBytes)
    {
        if (_bytesPerMonth is not { } allowed)
        {
            return null;
        }

        lock (_gate)
        {
            var isNew = Turn();
            var isLeft = _entry.MonthBytes < allowed
                && _entry.MonthBytes + Math.Min(sizeBytes, allowed / 2) <= allowed;
            if (isNew)
            {
                _ = SaveAsync(0, isNeeded: false);
            }

            return isLeft ? null
                : LinkUseEntry.BeginOf((_entry.Behind != 0 ? _entry.Behind : _entry.Month) + 1);
        }
    }

    /// <summary>Counts bytes, before they go or after they have come.</summary>
    /// <exception cref="IOException">There is an allowance, and the state cannot be told.</exception>
    public async ValueTask CountAsync(int sentBytes, int receivedBytes)
    {
        if (sentBytes + receivedBytes == 0)
        {
            return;
        }

        bool isDue;
        lock (_gate)
        {
            Turn();
            _entry = _entry with
            {
                MonthBytes = _entry.MonthBytes + sentBytes + receivedBytes,
                SentBytes = _entry.SentBytes + sentBytes,
                ReceivedBytes = _entry.ReceivedBytes + receivedBytes,
            };
            isDue = _bytesPerMonth is null
                ? _entry.SentBytes + _entry.ReceivedBytes - _toldBytes >= FreeStepBytes
                : _entry.MonthBytes > _known;
            _toldBytes = isDue ? _entry.SentBytes + _entry.ReceivedBytes : _toldBytes;
        }

        if (!isDue)
        {
            return;
        }

        if (_bytesPerMonth is null)
        {
            _ = SaveAsync(0, isNeeded: false);
        }
        else
        {
            await SaveAsync(StepBytes, isNeeded: true);
        }
    }

    /// <summary>Tells the state the numbers as they are; a failure is left to the next start, which counts what it
    /// knows.</summary>
    public Task CloseAsync() => BytesSinceStart == 0 ? Task.CompletedTask : SaveAsync(0, isNeeded: false);

    /// <summary>Looks at the clock; whether the month that counts, or the one it shows, is another.</summary>
    private bool Turn()
    {
        var entry = _entry.At(LinkUseEntry.MonthOf(_time.GetUtcNow()));
        if (entry == _entry)
        {
            return false;
        }

        _known = entry.Month != _entry.Month || entry.MonthBytes != _entry.MonthBytes ? 0 : _known;
        _entry = entry;
        return true;
    }

    private async Task SaveAsync(long ahead, bool isNeeded)
    {
        await _saving.WaitAsync();
        try
        {
            LinkUseEntry entry;
            lock (_gate)
            {
                if (isNeeded && _entry.MonthBytes <= _known)
                {
                    return;
                }

                entry = _entry with { MonthBytes = _entry.MonthBytes + ahead };
            }

            await _state.CommitAsync(new StateBatch().Put(_key, entry.Write()));
            lock (_gate)
            {
                _known = entry.Month == _entry.Month ? entry.MonthBytes : _known;
            }
        }
        catch (Exception) when (!isNeeded)
        {
            // The state shows its failure itself; the numbers go on here.
        }
        finally
        {
            _saving.Release();
        }
    }
}
