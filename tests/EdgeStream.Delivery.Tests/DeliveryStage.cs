using System.Text;
using System.Text.Json;
using EdgeStream.Storage;
using EdgeStream.Streams;
using EdgeStream.Testing;

namespace EdgeStream.Delivery.Tests;

/// <summary>A store with one stream, a clock, a scripted destination and an engine over them.</summary>
public sealed class DeliveryStage : IAsyncDisposable
{
    public const string StreamName = "readings";
    public static readonly DateTimeOffset Start = new(2026, 11, 20, 12, 34, 56, 789, TimeSpan.Zero);
    private readonly TemporaryFolder _folder = new();
    private readonly CopyableDisk _disk = new();
    private StreamStore? _store;
    private DeliveryEngine? _engine;

    public ManualTimeProvider Time { get; } = new(Start);

    public ScriptedDestination Destination { get; } = new();

    public StreamStore Store => _store!;

    public DataStream Stream { get; private set; } = null!;

    public DeliveryEngine Engine => _engine!;

    public DeliveryStatus Status => Engine.Status()[0];

    public DeliveryDefinition Definition { get; set; } = null!;

    /// <summary>The disk; null for a real folder.</summary>
    public SimulatedDisk? Disk { get; init; }

    public StreamDefinition StreamDefinition { get; set; } = new() { Name = StreamName, SegmentSizeBytes = 64 << 10 };

    public static async Task<DeliveryStage> OpenAsync(
        Func<DeliveryDefinition, DeliveryDefinition>? change = null, int shards = 1, long? retentionBytes = null,
        SimulatedDisk? disk = null)
    {
        var stage = new DeliveryStage { Disk = disk };
        stage.StreamDefinition = stage.StreamDefinition with
        {
            ShardCount = shards,
            RetentionBytes = retentionBytes ?? stage.StreamDefinition.RetentionBytes,
        };
        var definition = new DeliveryDefinition
        {
            Name = "backup",
            Stream = StreamName,
            Destination = stage.Destination.Options,
            Prefix = "site",
            BufferSeconds = 10,
        };
        stage.Definition = change is null ? definition : change(definition);
        await stage.OpenStoreAsync(stage._folder.Combine("0"));
        return stage;
    }

    public async Task StartAsync()
    {
        _engine = new DeliveryEngine(Store, [Definition], Time);
        await _engine.StartAsync();
    }

    public async Task StopEngineAsync()
    {
        if (_engine is not null)
        {
            var stopping = _engine.DisposeAsync().AsTask();
            while (!stopping.IsCompleted)
            {
                Time.Advance(TimeSpan.FromSeconds(1));
                await Task.WhenAny(stopping, Task.Delay(TimeSpan.FromMilliseconds(5)));
            }

            await stopping;
            _engine = null;
        }
    }

    /// <summary>Appends a record and waits until it is durable.</summary>
    public Task AppendAsync(string key, string json) => AppendAsync(key, Encoding.UTF8.GetBytes(json));

    public async Task AppendAsync(string key, byte[] data) =>
        await Stream.AppendAsync(Encoding.UTF8.GetBytes(key), data);

    public async Task AppendManyAsync(int count, string key = "k", int padding = 0)
    {
        for (var i = 0; i < count; i++)
        {
            await AppendAsync(key, $"{{\"value\":{i},\"padding\":\"{new string('x', padding)}\"}}");
        }
    }

    /// <summary>Stops engine and store, then opens the store again in the same folder.</summary>
    public Task ReopenAsync() => ReopenAsync(CurrentFolder);

    /// <summary>The folder's files as they are now: what is left when the process is killed at this moment.</summary>
    public string CopyOfFolder()
    {
        var copy = _folder.Combine(Guid.NewGuid().ToString("N"));
        _disk.Copy(CurrentFolder, copy);
        return copy;
    }

    /// <summary>Goes on from a copy, as if the process had been killed when it was made.</summary>
    public async Task ReopenAsync(string folder)
    {
        await StopEngineAsync();
        await Store.DisposeAsync();
        await OpenStoreAsync(folder);
    }

    /// <summary>Moves the clock on until the condition holds.</summary>
    public Task AdvanceUntilAsync(Func<bool> condition, TimeSpan? step = null) =>
        AdvanceUntilAsync(condition, Engine, step);

    /// <summary>Moves the clock on until the condition holds, over an engine of the test's own.</summary>
    /// <remarks>While nobody waits for the clock somebody works, and may be about to wait: for so many looks the clock
    /// stands still then, or a slow machine would take long for little.</remarks>
    public Task AdvanceUntilAsync(Func<bool> condition, DeliveryEngine engine, TimeSpan? step = null)
    {
        const int LooksMax = 4;
        var looks = 0;
        return Eventually.TrueAsync(
            () =>
            {
                if (condition())
                {
                    return true;
                }

                if (Time.IsTimerSet(TimeSpan.FromDays(1)) || ++looks > LooksMax)
                {
                    looks = 0;
                    Time.Advance(step ?? TimeSpan.FromSeconds(1));
                }

                return false;
            },
            () => engine.Status()[0].ToString());
    }

    /// <summary>The power goes, with what the disk has not synced; then store and folder are opened again.</summary>
    public async Task CutAsync()
    {
        await StopEngineAsync();
        await Store.DisposeAsync();
        Disk!.CutPower();
        await OpenStoreAsync(CurrentFolder);
    }

    /// <summary>The records of the error stream.</summary>
    public IReadOnlyList<JsonElement> Errors()
    {
        Assert.True(Store.TryGet(Definition.ErrorStream!, out var stream));
        var errors = new List<JsonElement>();
        foreach (var shard in stream.Shards)
        {
            using var reader = shard.OpenReader(ShardPosition.TrimHorizon);
            while (reader.TryRead(out var record))
            {
                errors.Add(JsonDocument.Parse(record.Data.ToArray()).RootElement);
            }
        }

        return errors;
    }

    public async ValueTask DisposeAsync()
    {
        await StopEngineAsync();
        await Store.DisposeAsync();
        _disk.Dispose();
        _folder.Dispose();
    }

    private string CurrentFolder { get; set; } = "";

    private async Task OpenStoreAsync(string folder)
    {
        CurrentFolder = folder;
        _store = StreamStore.Open(new StreamStoreOptions { Folder = folder, Disk = (IDisk?)Disk ?? _disk }, Time);
        Stream = await _store.CreateOrUpdateAsync(StreamDefinition);
        if (Definition.ErrorStream is { } errors)
        {
            await _store.CreateOrUpdateAsync(
                new StreamDefinition { Name = errors, SegmentSizeBytes = StreamDefinition.SegmentSizeBytes });
        }
    }
}
