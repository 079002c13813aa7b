using System.Text;
using EdgeStream.Storage;
using EdgeStream.Testing;
using Xunit.Abstractions;

namespace EdgeStream.Streams.Tests.Groups;

/// <summary>Groups of a relaxed stream that had done more than a power cut has left.</summary>
public sealed class GroupCutTests(ITestOutputHelper output)
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task A_group_goes_on_with_the_first_record_after_the_cut()
    {
        var random = TestSeed.Create(output.WriteLine);
        using var folder = new TemporaryFolder();
        var disk = new SimulatedDisk(random);
        var taken = 0L;
        for (var round = 0; round < 12; round++)
        {
            var store = StreamStore.Open(new StreamStoreOptions { Folder = folder.Path, Disk = disk }, _time);
            var stream = await store.CreateOrUpdateAsync(new StreamDefinition
            {
                Name = "readings", SegmentSizeBytes = 64 << 10, Durability = Durability.OperatingSystem,
            });
            var shard = stream.Shards[0];
            var group = await store.Groups.OpenAsync(stream, "group", new GroupOptions());
            Assert.Equal(0, group.PendingRecords);
            Assert.True(Assert.Single(group.ListLeases()).Checkpoint.Sequence <= shard.NewestSequence);

            var count = random.Next(1, 30);
            for (var i = 0; i < count; i++)
            {
                await stream.AppendAsync("k"u8.ToArray(), Encoding.UTF8.GetBytes(new string('x', 300)));
            }

            Assert.Equal(count, group.PendingRecords);
            var lease = Assert.Single(await group.AcquireAsync("a"));
            await group.CheckpointAsync("a", GroupStage.ClaimOf(lease), new GroupCheckpoint(shard.NewestSequence));
            var newest = shard.NewestSequence.Value;
            disk.TurnOff();
            await store.DisposeAsync();
            disk.CutPower();
            var again = StreamStore.Open(new StreamStoreOptions { Folder = folder.Path, Disk = disk }, _time);
            Assert.True(again.TryGet("readings", out var left));
            taken += newest - left.Shards[0].NewestSequence.Value;
            await again.DisposeAsync();
        }

        Assert.True(taken > 0, "no cut took anything");
    }
}
