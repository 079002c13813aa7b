using System.Globalization;
using System.Text;
using EdgeStream.Testing;

namespace EdgeStream.Streams.Tests.Groups;

/// <summary>The stream, its members and what they have done.</summary>
internal sealed class GroupModelRun(Random random) : IAsyncDisposable
{
    private const int MembersMax = 5;

    private readonly TemporaryFolder _folder = new();
    private readonly ManualTimeProvider _time = new();
    private readonly SimulatedDisk _disk = new(random);
    private readonly Dictionary<string, List<int>> _acknowledged = [];
    private readonly Dictionary<string, List<int>> _processed = [];
    private readonly List<ModelMember> _members = [];
    private StreamStore _store = null!;
    private DataStream _stream = null!;
    private int _nextValue;
    private int _nextMember;

    /// <summary>How much longer than it lasts a member trusts in a lease: a broken member, for the canary.</summary>
    public TimeSpan Trust { get; init; }

    public async Task StartAsync()
    {
        _store = Open();
        await FindAsync();
    }

    public async Task StepAsync()
    {
        switch (random.Next(20))
        {
            case 0:
                await ReshardAsync();
                break;
            case 1 when random.Next(3) == 0:
                await RestartAsync(isPowerCut: random.Next(2) == 0);
                break;
            case 2:
                Join();
                break;
            case 3 when _members.Count > 0:
                await RemoveAsync(_members[random.Next(_members.Count)], isClean: random.Next(2) == 0);
                break;
            case 4 or 5 or 6:
                _time.Advance(TimeSpan.FromMilliseconds(random.Next(4000)));
                break;
            case 7 or 8 or 9 or 10:
                await AppendAsync(random.Next(1, 10));
                break;
            default:
                await WorkAsync(random.Next(1, 30));
                break;
        }
    }

    /// <summary>One member finishes the rest; then all that was acknowledged was done, in order.</summary>
    public async Task CheckAsync()
    {
        _members.Clear();
        _time.Advance(TimeSpan.FromMinutes(1));
        Join();
        while ((await GroupAsync()).PendingRecords > 0)
        {
            await WorkAsync(int.MaxValue);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        var content = StreamContent.Read(_stream);
        foreach (var (key, values) in _acknowledged)
        {
            Assert.Empty(values.Except(content[key]));
        }

        foreach (var (key, values) in content)
        {
            Assert.Equal(values.Order(), values);
            Assert.Equal(values, _processed[key].Distinct());
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    private StreamStore Open() =>
        StreamStore.Open(new StreamStoreOptions { Folder = _folder.Path, Disk = _disk }, _time);

    private async Task FindAsync() => _stream = await _store.CreateOrUpdateAsync(
        new StreamDefinition { Name = "readings", ShardCount = 2, SegmentSizeBytes = 64 << 10 });

    private ValueTask<ConsumerGroup> GroupAsync() =>
        _store.Groups.OpenAsync(_stream, "group", new GroupOptions());

    private void Join()
    {
        if (_members.Count < MembersMax)
        {
            _members.Add(new ModelMember($"member-{_nextMember++}", random, _time) { Trust = Trust });
        }
    }

    private async Task RemoveAsync(ModelMember member, bool isClean)
    {
        _members.Remove(member);
        if (isClean)
        {
            await member.LeaveAsync(await GroupAsync());
        }
    }

    private async Task WorkAsync(int recordsMax)
    {
        if (_members.Count == 0)
        {
            return;
        }

        var member = _members[random.Next(_members.Count)];
        var group = await GroupAsync();
        if (random.Next(3) > 0)
        {
            await member.RenewAsync(group);
        }

        if (random.Next(3) > 0)
        {
            await member.AcquireAsync(group);
        }

        foreach (var shard in member.Shards)
        {
            foreach (var other in _members)
            {
                if (other != member && other.Holds(shard))
                {
                    throw new InvalidOperationException($"{member.Name} and {other.Name} both hold {shard}.");
                }
            }
        }

        await member.ReadAsync(group, recordsMax, Process);
    }

    private void Process(string key, int value)
    {
        var list = Of(_processed, key);
        var isNew = !list.Contains(value);
        if (isNew && list.Exists(other => other > value))
        {
            throw new InvalidOperationException($"{value} of {key} is done after a later one.");
        }

        list.Add(value);
    }

    private async Task AppendAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            var key = $"key {random.Next(8)}";
            var value = _nextValue++;
            await _stream.AppendAsync(
                Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(value.ToString(CultureInfo.InvariantCulture)));
            Of(_acknowledged, key).Add(value);
        }
    }

    private async Task ReshardAsync()
    {
        var open = _stream.OpenShards;
        var at = random.Next(open.Count);
        if (open.Count > 1 && random.Next(2) == 0)
        {
            at = Math.Min(at, open.Count - 2);
            await _store.MergeShardsAsync("readings", open[at].Id, open[at + 1].Id);
        }
        else if (open.Count < 6)
        {
            var width = open[at].EndingHashKey - open[at].StartingHashKey;
            var part = width / 1000 * (UInt128)random.Next(1, 1000);
            await _store.SplitShardAsync("readings", open[at].Id, open[at].StartingHashKey + part);
        }
    }

    private async Task RestartAsync(bool isPowerCut)
    {
        if (isPowerCut)
        {
            _disk.OperationsUntilOff = random.Next(60);
            try
            {
                await ReshardAsync();
                await WorkAsync(10);
            }
            catch (Exception error) when (error is IOException or StreamException)
            {
                // What members were not told they take for not done.
            }

            _disk.TurnOff();
        }

        await _store.DisposeAsync();
        _disk.CutPower();
        _store = Open();
        await FindAsync();
    }

    private static List<int> Of(Dictionary<string, List<int>> lists, string key)
    {
        if (!lists.TryGetValue(key, out var list))
        {
            lists[key] = list = [];
        }

        return list;
    }
}
