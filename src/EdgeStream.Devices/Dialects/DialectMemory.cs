using EdgeStream.Storage;
using Microsoft.Extensions.Logging;

namespace EdgeStream.Devices;

/// <summary>What dialects have learned from messages and need for later ones: Sparkplug's births, Home Assistant's
/// entities.</summary>
/// <remarks>
/// Thread-safe. Kept in the gateway's state under <c>dialects/</c>, so that it outlives a restart: a message that
/// teaches something is acknowledged when that is durable too.
/// </remarks>
public sealed class DialectMemory
{
    private const string Prefix = "dialects/";
    private const int KeySizeBytesMax = 1_000;

    private readonly StateStore? _state;
    private readonly IDeviceCommands? _commands;
    private readonly ILogger _logger;
    private int _writes;

    /// <summary>Loads what was learned before.</summary>
    /// <param name="state">Keeps it; null keeps it in memory only.</param>
    /// <param name="commands">The way back to devices; null where nothing may be sent.</param>
    /// <param name="logger">Told of entries that cannot be read, and of devices that are asked something.</param>
    public DialectMemory(StateStore? state, IDeviceCommands? commands, ILogger<DialectMemory> logger)
    {
        _state = state;
        _commands = commands;
        _logger = logger;
        Sparkplug = new SparkplugHost(this);
        HomeAssistant = new HomeAssistantEntities(this);
        foreach (var (key, value) in state?.List(Prefix) ?? [])
        {
            var name = key[Prefix.Length..];
            if (!Sparkplug.TryLoad(name, value.Span) && !HomeAssistant.TryLoad(name, value.Span))
            {
                Log.DialectEntryUnreadable(logger, key);
            }
        }
    }

    internal SparkplugHost Sparkplug { get; }

    internal HomeAssistantEntities HomeAssistant { get; }

    /// <summary>Keeps an entry, or forgets it; the message waits for it.</summary>
    /// <remarks>An entry whose name is too long for the state stays in memory.</remarks>
    internal void Save(string name, byte[]? value, ReadingBatch batch)
    {
        var key = Prefix + name;
        if (_state is null || System.Text.Encoding.UTF8.GetByteCount(key) > KeySizeBytesMax || IsKept(key, value))
        {
            return;
        }

        var change = new StateBatch();
        var commit = CommitAsync(_state, key, value is null ? change.Delete(key) : change.Put(key, value));
        batch.Pending = batch.Pending is { } before ? Task.WhenAll(before, commit) : commit;
    }

    /// <summary>A failure costs what a restart then forgets, which devices tell again; it is no reason to refuse their
    /// messages.</summary>
    private async Task CommitAsync(StateStore state, string key, StateBatch change)
    {
        Interlocked.Increment(ref _writes);
        try
        {
            await state.CommitAsync(change).ConfigureAwait(false);
        }
        catch (IOException error)
        {
            Log.DialectEntryNotWritten(_logger, key, error);
        }
        finally
        {
            Interlocked.Decrement(ref _writes);
        }
    }

    /// <summary>Whether the state has it already: devices say the same at each of their starts. While something else is
    /// being written that may change.</summary>
    private bool IsKept(string key, byte[]? value) =>
        Volatile.Read(ref _writes) == 0
        && (_state!.TryGet(key, out var kept) ? value is not null && kept.Span.SequenceEqual(value) : value is null);

    /// <summary>Sends a message back.</summary>
    internal void Send(string? clientId, string topic, byte[] payload)
    {
        if (_commands is not null)
        {
            Log.RebirthAsked(_logger, topic);
            _commands.Send(clientId, topic, payload);
        }
    }
}
