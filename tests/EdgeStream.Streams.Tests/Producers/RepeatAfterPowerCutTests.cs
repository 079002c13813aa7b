using System.Globalization;
using System.Text;
using EdgeStream.Storage;
using EdgeStream.Testing;

namespace EdgeStream.Streams.Tests;

/// <summary>Producers that send all again after a power cut: every record is there once.</summary>
public sealed class RepeatAfterPowerCutTests
{
    private const int ProducerCount = 3;

    public static TheoryData<int, string> Lives()
    {
        var lives = new TheoryData<int, string>();
        foreach (var seed in TestSeed.Take(1))
        {
            lives.Add(seed, "fsync");
            lives.Add(seed, "interval:1");
            lives.Add(seed, "os");
        }

        return lives;
    }

    [Theory]
    [MemberData(nameof(Lives))]
    public async Task A_power_cut_at_any_operation_keeps_a_record_and_its_number_or_neither(
        int seed, string durability)
    {
        var (recognised, missing) = (0L, 0L);
        var isWhole = false;
        for (var operations = 0; !isWhole; operations += 1 + (operations / 40))
        {
            Assert.True(operations < 5000, "a life has a bounded number of operations");
            using var folder = new TemporaryFolder();
            var disk = new SimulatedDisk(new Random(seed + operations));
            var life = new Life(new Random(seed), folder, disk, durability);
            isWhole = await life.RunAsync(operations);
            disk.TurnOff();
            await life.CloseAsync();
            disk.CutPower();

            await life.OpenAsync();
            if (durability == "fsync")
            {
                life.CheckAcknowledged();
            }

            var (known, appended) = await life.SendAllAgainAsync();
            recognised += known;
            missing += appended;
            life.CheckEachOnce();
            await life.CloseAsync();

            // What was sent again is as durable as what was not.
            await life.OpenAsync();
            Assert.Equal(0, (await life.SendAllAgainAsync()).Appended);
            life.CheckEachOnce();
            await life.CloseAsync();
        }

        Assert.True(recognised > 0);
        Assert.True(missing > 0);
    }

    /// <summary>Three producers that share the keys, a split and a merge, and a store that is closed in
    /// between.</summary>
    private sealed class Life(Random random, TemporaryFolder folder, SimulatedDisk disk, string durability)
    {
        private readonly List<Sent> _sent = [];
        private readonly HashSet<int> _acknowledged = [];
        private readonly ulong[] _numbers = new ulong[ProducerCount];
        private StreamStore? _store;
        private DataStream? _stream;

        /// <summary>Lives until the disk is off; whether it ended before.</summary>
        public async Task<bool> RunAsync(int operations)
        {
            await OpenAsync();
            disk.OperationsUntilOff = operations;
            try
            {
                await SendNewAsync(12);
                await _store!.UpdateShardCountAsync("readings", 2);
                await SendNewAsync(12);
                await CloseAsync();
                await OpenAsync();
                await SendNewAsync(6);
                await _store!.UpdateShardCountAsync("readings", 1);
                await SendNewAsync(6);
                return true;
            }
            catch (Exception error) when (error is IOException or StreamException)
            {
                return false;
            }
        }

        public async Task OpenAsync()
        {
            _store = StreamStore.Open(new StreamStoreOptions { Folder = folder.Path, Disk = disk });
            Assert.True(Durability.TryParse(durability, out var kept));
            _stream = await _store.CreateOrUpdateAsync(
                new StreamDefinition
                {
                    Name = "readings",
                    SegmentSizeBytes = 64 << 10,
                    Durability = kept,
                    Deduplication = true,
                });
        }

        public async Task CloseAsync()
        {
            await (_store?.DisposeAsync() ?? default);
            _store = null;
        }

        public void CheckAcknowledged() => Assert.Subset(Values().ToHashSet(), _acknowledged);

        public void CheckEachOnce() =>
            Assert.Equal(_sent.Select(static sent => sent.Value).Order(), Values().Order());

        public async Task<(long Known, long Appended)> SendAllAgainAsync()
        {
            var appended = 0L;
            foreach (var sent in _sent.OrderBy(_ => random.Next()).ToList())
            {
                appended += await SendAsync(sent) ? 0 : 1;
            }

            return (_sent.Count - appended, appended);
        }

        /// <summary>New records, some with gaps between their numbers, some before older ones, some at once
        /// again.</summary>
        private async Task SendNewAsync(int count)
        {
            var fillers = new byte[3000];
            var batch = new List<Sent>();
            for (var left = count; left > 0; left--)
            {
                var producer = random.Next(ProducerCount);
                var sent = new Sent(_sent.Count + batch.Count, producer, _numbers[producer], random.Next(20));
                _numbers[producer] += (ulong)random.Next(1, 4);
                batch.Add(sent);
            }

            foreach (var sent in batch.OrderBy(_ => random.Next()).ToList())
            {
                _sent.Add(sent);
                Assert.False(await SendAsync(sent));
                _acknowledged.Add(sent.Value);
                if (random.Next(3) == 0)
                {
                    var again = _sent[random.Next(_sent.Count)];
                    Assert.True(await SendAsync(again));
                }

                // So that a segment ends now and then.
                await _stream!.AppendAsync("filler"u8.ToArray(), fillers);
            }
        }

        /// <returns>Whether it was recognised.</returns>
        private async Task<bool> SendAsync(Sent sent)
        {
            var key = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"key {sent.Key}"));
            while (true)
            {
                var status = TryAppend(key, sent, out var receipt);
                if (status == AppendStatus.Accepted)
                {
                    await receipt.WhenAcknowledged();
                    return receipt.IsDuplicate;
                }

                if (status != AppendStatus.Busy)
                {
                    throw _stream!.Refusal(status, 0);
                }

                await _stream!.WhenRoom(key);
            }
        }

        private AppendStatus TryAppend(byte[] key, Sent sent, out AppendReceipt receipt)
        {
            var data = Encoding.UTF8.GetBytes(sent.Value.ToString(CultureInfo.InvariantCulture));
            var stamp = new ProducerStamp([(byte)sent.Producer], sent.Number);
            return _stream!.TryAppend(null, key, data, null, stamp, out receipt);
        }

        private List<int> Values()
        {
            var values = new List<int>();
            foreach (var shard in _stream!.Shards)
            {
                using var reader = shard.OpenReader(ShardPosition.TrimHorizon);
                while (reader.TryRead(out var record))
                {
                    if (record.Data.Length < 3000)
                    {
                        values.Add(int.Parse(record.Data, NumberStyles.None, CultureInfo.InvariantCulture));
                    }
                }
            }

            return values;
        }

        private sealed record Sent(int Value, int Producer, ulong Number, int Key);
    }
}
