using System.Text;
using System.Text.Json;
using EdgeStream.Storage;
using Microsoft.Extensions.Logging;

namespace EdgeStream.Devices;

/// <summary>The twins of devices: what each is to be and what it is, kept while it sleeps and over restarts.</summary>
/// <remarks>
/// Thread-safe. At most 10,000 twins of 8 KiB each half and 32 MiB together; what would go over is refused. A change is
/// durable when it completes, and who is told of changes hears of each in the order of its device's versions. A version
/// that is expected makes a change optimistic: it is made only while the state still has that version.
/// </remarks>
public sealed class DeviceTwins
{
    /// <summary>The most bytes of JSON that one half may have.</summary>
    public const int StateSizeBytesMax = 8 << 10;

    /// <summary>The most twins.</summary>
    public const int TwinCountMax = 10_000;

    /// <summary>The most bytes of JSON of all twins.</summary>
    public const long TotalSizeBytesMax = 32 << 20;

    private const int DeviceSizeBytesMax = 900;
    private const int TurnCount = 64;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, DeviceTwin> _twins = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim[] _turns = [.. Enumerable.Range(0, TurnCount).Select(_ => new SemaphoreSlim(1))];
    private readonly StateStore _state;
    private readonly TimeProvider _time;
    private long _totalBytes;
    private long _change;

    /// <summary>Loads the twins of the run before.</summary>
    public DeviceTwins(StateStore state, TimeProvider time, ILogger<DeviceTwins> logger)
    {
        _state = state;
        _time = time;
        foreach (var (key, entry) in state.List(TwinFormat.KeyPrefix))
        {
            var device = key[TwinFormat.KeyPrefix.Length..];
            if (TwinFormat.Read(device, entry) is { } twin)
            {
                _twins.Add(device, twin);
                _totalBytes += twin.SizeBytes;
                _change = Math.Max(_change, twin.Change);
            }
            else
            {
                Log.TwinUnreadable(logger, key);
            }
        }
    }

    /// <summary>Told of a twin that has changed, before whoever changed it: as it was, null where there was none, and
    /// as it is, null where it is gone. Must not wait.</summary>
    public Action<DeviceTwin?, DeviceTwin?>? Changed { get; set; }

    /// <summary>How many there are.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _twins.Count;
            }
        }
    }

    /// <summary>The twin of a device; null where nobody has changed it.</summary>
    public DeviceTwin? Find(string device)
    {
        lock (_lock)
        {
            return _twins.GetValueOrDefault(device);
        }
    }

    /// <summary>The twins that were changed last, at most so many, of all runs.</summary>
    public IReadOnlyList<DeviceTwin> LastChanged(int count)
    {
        lock (_lock)
        {
            return [.. _twins.Values.Where(twin => twin.Change > _change - count)];
        }
    }

    /// <summary>Changes one half of a device's twin.</summary>
    /// <param name="device">The device; it need not have been seen.</param>
    /// <param name="part">Which half.</param>
    /// <param name="patch">The change, as JSON Merge Patch has it; copied.</param>
    /// <param name="expected">The version that the half must have; null for any.</param>
    /// <param name="cancellationToken">Gives up the wait for the device's turn.</param>
    public async Task<TwinUpdate> UpdateAsync(
        string device,
        TwinPart part,
        ReadOnlyMemory<byte> patch,
        long? expected = null,
        CancellationToken cancellationToken = default)
    {
        if (device.Length == 0 || device.AsSpan().ContainsAny('+', '#', '\0')
            || Encoding.UTF8.GetByteCount(device) > DeviceSizeBytesMax)
        {
            return new TwinUpdate(TwinOutcome.BadDevice, null,
                $"'{device}' has no twin: its name must have 1 to {DeviceSizeBytesMax} bytes and no '+' or '#'.");
        }

        if (!IsObject(patch))
        {
            return new TwinUpdate(TwinOutcome.BadState, Find(device),
                "The change is no JSON object, or nested more than 32 deep. Send an object of the members to change.");
        }

        var turn = TurnOf(device);
        await turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await UpdateInTurnAsync(device, part, patch, expected).ConfigureAwait(false);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Forgets a twin; durable when it completes.</summary>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="IOException">The state refuses; the twin stays.</exception>
    public async Task<bool> ForgetAsync(string device, CancellationToken cancellationToken = default)
    {
        var turn = TurnOf(device);
        await turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (Find(device) is not { } twin)
            {
                return false;
            }

            await _state.CommitAsync(
                new StateBatch().Delete(TwinFormat.KeyPrefix + device), CancellationToken.None).ConfigureAwait(false);
            lock (_lock)
            {
                _twins.Remove(device);
                _totalBytes -= twin.SizeBytes;
            }

            Changed?.Invoke(twin, null);
            return true;
        }
        finally
        {
            turn.Release();
        }
    }

    internal static bool IsObject(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, TwinPatch.Options);
            return document.RootElement.ValueKind == JsonValueKind.Object && HasNames(document.RootElement);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Whether all names and texts are such: an escape may be half of a surrogate pair.</summary>
    private static bool HasNames(JsonElement item)
    {
        try
        {
            return item.ValueKind switch
            {
                JsonValueKind.Object => item.EnumerateObject().All(static m => m.Name is not null && HasNames(m.Value)),
                JsonValueKind.Array => item.EnumerateArray().All(HasNames),
                JsonValueKind.String => item.GetString() is not null,
                _ => true,
            };
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private async Task<TwinUpdate> UpdateInTurnAsync(
        string device, TwinPart part, ReadOnlyMemory<byte> patch, long? expected)
    {
        var before = Find(device) ?? DeviceTwin.Of(device);
        var state = before.Of(part);
        if (expected is { } version && version != state.Version)
        {
            return new TwinUpdate(TwinOutcome.OtherVersion, before,
                $"The state has version {state.Version}, not {version}: somebody changed it. Read it again.");
        }

        var json = Merged(state.Json, patch);
        if (json.AsSpan().SequenceEqual(state.Json.Span))
        {
            return new TwinUpdate(TwinOutcome.Done, before);
        }

        if (json.Length > StateSizeBytesMax)
        {
            return new TwinUpdate(TwinOutcome.TooLarge, before,
                $"The state would have {json.Length} bytes; at most {StateSizeBytesMax} are kept. Take members away.");
        }

        var changed = new TwinState(state.Version + 1, Timestamp.From(_time.GetUtcNow()), json);
        return await CommitAsync(before, part, changed).ConfigureAwait(false);
    }

    private async Task<TwinUpdate> CommitAsync(DeviceTwin before, TwinPart part, TwinState changed)
    {
        var growth = changed.Json.Length - (before.Change == 0 ? -before.SizeBytes : 0) - before.Of(part).Json.Length;
        DeviceTwin twin;
        lock (_lock)
        {
            if ((before.Change == 0 && _twins.Count >= TwinCountMax) || _totalBytes + growth > TotalSizeBytesMax)
            {
                return new TwinUpdate(TwinOutcome.TooMany, before.Change == 0 ? null : before,
                    $"There are {_twins.Count} twins of {_totalBytes} bytes; at most {TwinCountMax} of "
                        + $"{TotalSizeBytesMax} bytes are kept. Delete some.");
            }

            twin = part == TwinPart.Desired
                ? before with { Desired = changed, Change = ++_change }
                : before with { Reported = changed, Change = ++_change };
            _totalBytes += growth;
        }

        try
        {
            await _state.CommitAsync(
                new StateBatch().Put(TwinFormat.KeyPrefix + twin.Device, TwinFormat.Write(twin))).ConfigureAwait(false);
        }
        catch (IOException error)
        {
            lock (_lock)
            {
                _totalBytes -= growth;
            }

            return new TwinUpdate(TwinOutcome.NotDurable, before, $"The change is not kept: {error.Message}");
        }

        lock (_lock)
        {
            _twins[twin.Device] = twin;
        }

        Changed?.Invoke(before.Change == 0 ? null : before, twin);
        return new TwinUpdate(TwinOutcome.Done, twin);
    }

    private static byte[] Merged(ReadOnlyMemory<byte> state, ReadOnlyMemory<byte> patch)
    {
        using var before = JsonDocument.Parse(state, TwinPatch.Options);
        using var change = JsonDocument.Parse(patch, TwinPatch.Options);
        return TwinPatch.Apply(before.RootElement, change.RootElement);
    }

    private SemaphoreSlim TurnOf(string device) =>
        _turns[(int)((uint)StringComparer.Ordinal.GetHashCode(device) % TurnCount)];
}
