using System.Globalization;
using System.Text;
using EdgeStream.Testing;

namespace EdgeStream.Streams.Tests;

/// <summary>Random splits, merges, appends, reads, restarts and power cuts against a model in memory.</summary>
public sealed class ReshardModelTests
{
    private const int SeedCount = 6;
    private const int StepCount = 120;

    public static TheoryData<int> Seeds() => [.. TestSeed.Take(SeedCount)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Every_key_keeps_its_order_and_every_acknowledged_record(int seed)
    {
        try
        {
            await using var run = new Run(new Random(seed));
            for (var step = 0; step < StepCount; step++)
            {
                await run.StepAsync();
            }

            await run.CheckAsync();
        }
        catch (Exception error)
        {
            throw new InvalidOperationException(TestSeed.Describe(seed, error.Message), error);
        }
    }

    private sealed class Run : IAsyncDisposable
    {
        private readonly TemporaryFolder _folder = new();
        private readonly ManualTimeProvider _time = new();
        private readonly Dictionary<string, List<int>> _acknowledged = [];
        private readonly Dictionary<string, List<int>> _processed = [];
        private readonly SimulatedDisk _disk;
        private readonly Random _random;
        private StreamStore _store;
        private DataStream _stream = null!;
        private int _next;

        public Run(Random random)
        {
            _random = random;
            _disk = new SimulatedDisk(random);
            _store = Open();
        }

        public async Task StepAsync()
        {
            _stream = await _store.CreateOrUpdateAsync(
                new StreamDefinition { Name = "readings", ShardCount = 2, SegmentSizeBytes = 64 << 10 });
            switch (_random.Next(12))
            {
                case 0:
                    await SplitAsync();
                    break;
                case 1:
                    await MergeAsync();
                    break;
                case 2 when _random.Next(4) == 0:
                    await _store.UpdateShardCountAsync("readings", _random.Next(1, 6));
                    break;
                case 3 when _random.Next(3) == 0:
                    await RestartAsync(isPowerCut: _random.Next(2) == 0);
                    break;
                case 4:
                    _time.Advance(TimeSpan.FromSeconds(_random.Next(100)));
                    _store.Tick();
                    break;
                case 5:
                    await ConsumeAsync(_random.Next(30));
                    break;
                default:
                    await AppendAsync(_random.Next(1, 20));
                    break;
            }
        }

        public async Task CheckAsync()
        {
            _store.TryGet("readings", out var stream);
            _stream = stream!;
            var content = StreamContent.Read(_stream);
            foreach (var (key, values) in _acknowledged)
            {
                Assert.Equal(content[key].Order(), content[key]);
                Assert.Equal(content[key].Distinct(), content[key]);
                Assert.Empty(values.Except(content[key]));
            }

            var count = content.Values.Sum(values => values.Count);
            Assert.Equal(
                new StreamStatistics(count, count, _stream.Statistics.StoredBytes, 0, 0), _stream.Statistics);
            await ConsumeAsync(int.MaxValue);
            foreach (var (key, values) in content)
            {
                // What was done and not yet marked so before a power cut comes again.
                var firsts = _processed[key].Distinct().ToList();
                Assert.Equal(values, firsts);
            }
        }

        public async ValueTask DisposeAsync()
        {
            await _store.DisposeAsync();
            _folder.Dispose();
        }

        private StreamStore Open() =>
            StreamStore.Open(new StreamStoreOptions { Folder = _folder.Path, Disk = _disk }, _time);

        private async Task AppendAsync(int count)
        {
            for (var i = 0; i < count; i++)
            {
                var key = $"key {_random.Next(8)}";
                var value = _next++;
                await _stream.AppendAsync(
                    Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(value.ToString(CultureInfo.InvariantCulture)));
                Of(_acknowledged, key).Add(value);
            }
        }

        private async Task SplitAsync()
        {
            var shard = _stream.OpenShards[_random.Next(_stream.OpenShards.Count)];
            var width = shard.EndingHashKey - shard.StartingHashKey;
            if (width > 1000 && _stream.OpenShards.Count < 8)
            {
                var part = width / 1000 * (UInt128)_random.Next(1, 1000);
                await _store.SplitShardAsync("readings", shard.Id, shard.StartingHashKey + part);
            }
        }

        private async Task MergeAsync()
        {
            if (_stream.OpenShards.Count > 1)
            {
                var at = _random.Next(_stream.OpenShards.Count - 1);
                var (left, right) = (_stream.OpenShards[at].Id, _stream.OpenShards[at + 1].Id);
                await (_random.Next(2) == 0
                    ? _store.MergeShardsAsync("readings", left, right)
                    : _store.MergeShardsAsync("readings", right, left));
            }
        }

        private async Task RestartAsync(bool isPowerCut)
        {
            if (isPowerCut)
            {
                // Something is on its way, and a change of the shards may be.
                _stream.TryAppend("key 0"u8, Encoding.UTF8.GetBytes($"{_next++}"), null, out _);
                _disk.OperationsUntilOff = _random.Next(40);
                await TryAsync(SplitAsync);
                _disk.TurnOff();
            }

            await _store.DisposeAsync();
            _disk.CutPower();
            _store = Open();
        }

        /// <summary>Reads on as a consumer that was opened anew, and marks a part of it as done.</summary>
        private async Task ConsumeAsync(int countMax)
        {
            var consumer = _store.OpenConsumer(_stream, "model", ShardPosition.TrimHorizon);
            var succession = new ShardSuccession(_stream);
            for (var ready = succession.TakeReady(); ready.Count > 0; ready = succession.TakeReady())
            {
                foreach (var shard in ready.Reverse())
                {
                    using var reader = consumer.OpenReader(shard);
                    for (var left = countMax; left > 0 && reader.TryRead(out var record); left--)
                    {
                        Of(_processed, Encoding.UTF8.GetString(record.PartitionKey)).Add(
                            int.Parse(record.Data, NumberStyles.None, CultureInfo.InvariantCulture));
                    }

                    await consumer.CheckpointAsync(shard, reader.NextSequence.Previous);
                    if (reader.IsAtEnd)
                    {
                        succession.Finish(shard);
                    }
                }
            }
        }

        private static List<int> Of(Dictionary<string, List<int>> lists, string key)
        {
            if (!lists.TryGetValue(key, out var list))
            {
                lists[key] = list = [];
            }

            return list;
        }

        private static async Task TryAsync(Func<Task> change)
        {
            try
            {
                await change();
            }
            catch (IOException)
            {
                // The power went; what counts is found when the store is opened again.
                return;
            }
        }
    }
}
